// What the cache did for a request, in the words of Cache-Status (RFC 9211) and of the log.
import type { Doubt } from "../entry.ts";
import type { OriginTrouble } from "./judge.ts";
import type { PassReason } from "./plan.ts";
import type { StorageObjection } from "./storable.ts";

/** Why the request was forwarded to the origin (RFC 9211 §2.2). */
export type Forward = "bypass" | "method" | "uri-miss" | "vary-miss" | "stale" | "partial";

export type CacheOutcome =
  /** The client accepts only a stored response, and there is none. */
  | { readonly kind: "none"; readonly detail: "only-if-cached" }
  | {
      readonly kind: "hit";
      /** The remaining freshness lifetime; negative for a stale response. */
      readonly ttlSeconds: number;
      readonly detail?: "stale-while-revalidate";
    }
  | {
      readonly kind: "forward";
      readonly fwd: Forward;
      readonly fwdStatus?: number;
      readonly stored?: boolean;
      /** Another request for the same key was in flight, and its response answered this one too. */
      readonly collapsed?: boolean;
      readonly detail?: PassReason | StorageObjection | StandInReason | KeepingRefusal | Doubt;
    };

/** A stale response was served because of what the origin did: `stale-if-error`, `stale-if-disconnected`. */
export type StandInReason = `stale-if-${OriginTrouble}`;

/** The response could not be found again, would replace a better one, or is larger than the store accepts. */
export type KeepingRefusal =
  | "error-over-page"
  | "part-of-unknown-length"
  | "part-length-differs"
  | "part-too-large"
  | "less-than-stored"
  | "too-large-for-store"
  | "query-too-long"
  | "query-unreadable"
  | "selector-unreadable";
