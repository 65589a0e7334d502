// What is believed about the origins of a pool after an event? The health is passive: it is learned from live traffic
// only.

/** An origin that failed and has not answered well since. An origin that has answered well since is absent. */
export interface Failing {
  /** Consecutive bad answers, up to BAD_ANSWERS_IN_A_ROW. A failure to answer counts as that many. */
  readonly inARow: number;
  /** When the last of them happened, in milliseconds since 1970. */
  readonly at: number;
}

export type PoolHealth = ReadonlyMap<string, Failing>;

export interface OriginEvent {
  readonly origin: string;
  readonly outcome: "answered" | "answered-badly" | "failed";
  readonly at: number;
}

/** For this long, an origin that failed is not the first choice; like nginx's fail_timeout. */
export const AVOID_FAILED_MS = 10_000;

/**
 * An origin that does not answer is avoided at once. An origin that answers 503 may have only one bad page, and clients
 * that request that page must not move all traffic to the standby. So it takes this many consecutive bad answers.
 */
export const BAD_ANSWERS_IN_A_ROW = 3;

export const NO_FAILURES: PoolHealth = new Map();

export function observe(health: PoolHealth, { origin, outcome, at }: OriginEvent): PoolHealth {
  const before = health.get(origin);
  if (outcome === "answered") {
    if (!before) return health;
    const next = new Map(health);
    next.delete(origin);
    return next;
  }
  const inARow = outcome === "failed" ? BAD_ANSWERS_IN_A_ROW : (before?.inARow ?? 0) + 1;
  return new Map(health).set(origin, { inARow: Math.min(inARow, BAD_ANSWERS_IN_A_ROW), at });
}

export function failedLately(health: PoolHealth, origin: string, now: number): boolean {
  const failing = health.get(origin);
  return (
    failing !== undefined && failing.inARow >= BAD_ANSWERS_IN_A_ROW && now - failing.at < AVOID_FAILED_MS
  );
}
