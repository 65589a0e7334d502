// What is the client told when an attempt has failed and no other is made?
import type { OriginFailure } from "../ports.ts";
import type { Refusal } from "../refusal.ts";
import type { Pool } from "./pool.ts";

interface Situation {
  /** No origin of the pool is usable any more. */
  readonly allOut: boolean;
  /** The request may be carried out twice. */
  readonly mayRepeat: boolean;
}

/**
 * If all of several origins are out, the request came at a bad time and may come again: 503. That would be wrong of a request that may
 * have been carried out. A pool of one balances nothing, and 502 says more of its origin.
 */
export function refusalAfter(pool: Pool, failure: OriginFailure, { allOut, mayRepeat }: Situation): Refusal {
  switch (failure.kind) {
    case "connect":
      return allOut && mayRepeat && pool.inService.length > 1
        ? { reason: "origins-out", pool: pool.id }
        : { reason: "origin-unreachable", pool: pool.id };
    case "too-many-subrequests":
      return { reason: "origin-unreachable", pool: pool.id };
    case "timeout":
      return { reason: "origin-timeout", pool: pool.id, afterMs: failure.afterMs };
    case "request-body-broken":
    case "request-body-stalled":
      return { reason: failure.kind };
  }
}
