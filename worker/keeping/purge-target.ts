// What a purge is of, and how much it does.

/**
 * `hard`: as if the response were not stored. `soft`: as if it were stale. The origin is asked first, and the response may still be
 * served if the origin fails.
 */
export type PurgeMode = "hard" | "soft";

/** Hosts are in lower case and without a port, paths in canonical form. caching/law/purge-targets.ts makes them from URLs. */
export type PurgeTarget =
  | {
      readonly by: "url";
      /** The URL as it stands in the cache key, without the scheme. */
      readonly key: string;
    }
  /** Whole segments: `/a` covers `/a` and `/a/b`, and not `/ab`. */
  | { readonly by: "prefix"; readonly host: string; readonly path: string }
  | { readonly by: "tag"; readonly tag: string; readonly host?: string }
  | { readonly by: "host"; readonly host: string }
  | { readonly by: "all" };
