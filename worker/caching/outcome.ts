// What the cache did for a request: the words of Cache-Status (RFC 9211) and of the log.

export type CacheOutcome =
  | { readonly kind: "hit"; readonly ttlSeconds: number; readonly key: string; readonly detail?: string }
  | {
      readonly kind: "forward";
      /** RFC 9211 §2.2. */
      readonly fwd: "bypass" | "method" | "uri-miss" | "vary-miss" | "miss" | "request" | "stale" | "partial";
      readonly fwdStatus?: number;
      readonly stored?: boolean;
      readonly collapsed?: boolean;
      readonly key?: string;
      readonly detail?: string;
    };
