// May a pool or an origin be asked just now? Limits that the site file sets. What is remembered of an origin never refuses a request
// by itself (candidates.ts); these rules do, because the site says so.
import type { RefusalReason } from "../refusal.ts";
import type { PoolLoad } from "./load/pool-load.ts";
import type { Candidate, CandidateGroup, Pool } from "./pool.ts";
import { isFailure, verdictOn } from "./retry.ts";
import type { Sent } from "./sending.ts";
import type { SendingRules } from "./sending-rules.ts";

/** Why a whole pool is not asked. */
export interface PoolLimit {
  readonly reason: "breaker-open" | "pool-full";
  /** When it may be asked again. What is full may have room at any moment. */
  readonly retryAfterMs: number;
}

export function limitOn(
  { maxInFlight, breaker }: Pick<SendingRules, "maxInFlight" | "breaker">,
  load: Pick<PoolLoad, "refusedUntil" | "places">,
  now: number,
): PoolLimit | undefined {
  const until = breaker ? load.refusedUntil(now) : undefined;
  if (until !== undefined) return { reason: "breaker-open", retryAfterMs: until - now };
  return fullness({ maxInFlight }, load, now);
}

/** Asked again once the body of a request has been read: others may have taken the places meanwhile. */
export function fullness(
  { maxInFlight }: Pick<SendingRules, "maxInFlight">,
  load: Pick<PoolLoad, "places">,
  now: number,
): PoolLimit | undefined {
  if (maxInFlight !== null && load.places.held(now) >= maxInFlight)
    return { reason: "pool-full", retryAfterMs: FULL_MS };
  return undefined;
}

const FULL_MS = 1_000;

/**
 * Whether a request speaks against its pool; undefined if it says nothing, as when its upload broke. A time-out that no origin is to
 * blame for says nothing either, or clients that upload slowly could open the breaker for all others.
 */
export function hasFailed(pool: Pool, { result, sending }: Sent): boolean | undefined {
  if (result.ok) return sending.answeredBy && isFailure(pool, sending.answeredBy.attempted);
  const isToBlame = sending.attempts.some(({ attempted }) => verdictOn(pool, attempted) !== undefined);
  return isToBlame && FAILED.has(result.error.reason) ? true : undefined;
}

const FAILED: ReadonlySet<RefusalReason> = new Set(["origin-unreachable", "origins-out", "origin-timeout"]);

/**
 * The groups without the origins that are full. A full origin is no reason to ask one that is out: that one would probably fail, and
 * cost another attempt.
 */
export function withRoom(
  groups: readonly CandidateGroup[],
  inFlight: (originKey: string) => number,
): readonly CandidateGroup[] {
  const isFull = ({ origin }: Candidate) => inFlight(origin.loadKey) >= origin.maxInFlight;
  const isOneFull = groups.some(({ role, candidates }) => role !== "last-resort" && candidates.some(isFull));
  return groups
    .filter(({ role }) => role !== "last-resort" || !isOneFull)
    .map((group) => ({ ...group, candidates: group.candidates.filter((each) => !isFull(each)) }))
    .filter(({ candidates }) => candidates.length > 0);
}
