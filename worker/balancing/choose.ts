// Which origin is asked next? `explain`, tests and live traffic all use this function.
import { candidateGroups } from "./candidates.ts";
import type { PoolHealth } from "./health.ts";
import type { Origin, Pool } from "./pool.ts";

export interface Choice {
  readonly health: PoolHealth;
  /** Origins that this request has already tried. They are asked again only if no other is left. */
  readonly tried: ReadonlySet<string>;
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

/** Undefined if no origin of the pool is in service. */
export function chooseOrigin(pool: Pool, { health, tried, now, random }: Choice): Origin | undefined {
  const groups = candidateGroups(pool, health, now);
  for (const { origins } of groups) {
    const left = origins.filter((origin) => !tried.has(origin.id));
    if (left.length > 0) return pick(pool, left, random);
  }
  return groups[0] ? pick(pool, groups[0].origins, random) : undefined;
}

/** Whether there is an origin in service that this request has not tried. */
export function hasUntried(pool: Pool, tried: ReadonlySet<string>): boolean {
  return pool.tiers.some(({ origins }) => origins.some((origin) => !tried.has(origin.id)));
}

const pick = (pool: Pool, origins: readonly Origin[], random: number): Origin | undefined =>
  pool.balance === "first" ? origins[0] : weightedPick(origins, random);

/** An origin with weight 3 is picked three times as often as one with weight 1. */
export function weightedPick(origins: readonly Origin[], random: number): Origin | undefined {
  let point = random * origins.reduce((sum, origin) => sum + origin.weight, 0);
  for (const origin of origins) {
    point -= origin.weight;
    if (point < 0) return origin;
  }
  return origins.at(-1); // rounding can miss the last one
}
