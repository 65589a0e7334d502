// What the cache did for a request: the words of Cache-Status (RFC 9211) and of the log.
import type { OriginTrouble } from "./judge.ts";
import type { PassReason } from "./plan.ts";
import type { StorageObjection } from "./storable.ts";

/** Why the origin was asked (RFC 9211 §2.2). */
export type Forward = "bypass" | "method" | "uri-miss" | "vary-miss" | "stale" | "partial";

export type CacheOutcome =
  /** The client takes a stored response or none, and there is none. */
  | { readonly kind: "none"; readonly detail: "only-if-cached" }
  | {
      readonly kind: "hit";
      /** What was left of its freshness; below zero where it was stale. */
      readonly ttlSeconds: number;
      readonly detail?: "stale-while-revalidate";
    }
  | {
      readonly kind: "forward";
      readonly fwd: Forward;
      readonly fwdStatus?: number;
      readonly stored?: boolean;
      /** Another request for the same key was on its way, and its answer served this one too. */
      readonly collapsed?: boolean;
      readonly detail?: PassReason | StorageObjection | StandInReason | KeepingRefusal;
    };

/** A stale response was served in place of what the origin did: `stale-if-error`, `stale-if-disconnected`. */
export type StandInReason = `stale-if-${OriginTrouble}`;

/** It could not be found again, would take the place of something better, or is more than the store takes. */
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
