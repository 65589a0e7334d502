// What do we believe about the origins of a pool, after this event? Passive: learnt from live traffic alone.

/** When each origin failed last, in milliseconds since 1970; an origin that answered since is absent. */
export type PoolHealth = ReadonlyMap<string, number>;

export interface OriginEvent {
  readonly origin: string;
  readonly outcome: "answered" | "failed";
  readonly at: number;
}

/** For this long an origin that failed is not chosen first; as nginx's fail_timeout. */
export const AVOID_FAILED_MS = 10_000;

export const NO_FAILURES: PoolHealth = new Map();

export function observe(health: PoolHealth, event: OriginEvent): PoolHealth {
  if (event.outcome === "answered") {
    if (!health.has(event.origin)) return health;
    const next = new Map(health);
    next.delete(event.origin);
    return next;
  }
  return new Map(health).set(event.origin, event.at);
}

export function failedLately(health: PoolHealth, origin: string, now: number): boolean {
  const failedAt = health.get(origin);
  return failedAt !== undefined && now - failedAt < AVOID_FAILED_MS;
}
