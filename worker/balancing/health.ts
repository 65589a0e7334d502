// What is believed about the origins of a pool after an event? The health is passive: it is learned from live traffic
// only.

/** An origin that has not answered well since it failed; one that has is absent. */
export interface Failing {
  /** Bad answers in a row; a failure to answer weighs as many as it takes. */
  readonly inARow: number;
  /** Of the last of them, in milliseconds since 1970. */
  readonly at: number;
}

export type PoolHealth = ReadonlyMap<string, Failing>;

export interface OriginEvent {
  readonly origin: string;
  readonly outcome: "answered" | "answered-badly" | "failed";
  readonly at: number;
}

/** For this long an origin that failed is not chosen first; as nginx's fail_timeout. */
export const AVOID_FAILED_MS = 10_000;

/**
 * An origin that does not answer is avoided at once. One that answers 503 may just have one bad page, and who
 * asks for it must not send everybody to the standby: it takes this many bad answers with no good one between.
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
