// Which origins may be asked, in which order, and which is asked next? `explain`, tests and live traffic all use these functions.
import { failedLately, type PoolHealth } from "./health.ts";
import type { Origin, Pool, Tier } from "./pool.ts";

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

/**
 * Which origins may be asked, and in which order? Returns groups, the best one first. The pool's algorithm chooses within a
 * group. The next group is used only if the group before has no origin left. First the healthy origins, tier by tier. Then,
 * instead of giving up, those that failed recently, again tier by tier. What we remember only orders the origins; it never
 * causes a refusal.
 */
export function candidateGroups(pool: Pool, health: PoolHealth, now: number): readonly Tier[] {
  if (health.size === 0) return pool.tiers;
  return [false, true].flatMap((failed) =>
    pool.tiers
      .map(({ tier, origins }) => ({
        tier,
        origins: origins.filter(({ id }) => failedLately(health, id, now) === failed),
      }))
      .filter(({ origins }) => origins.length > 0),
  );
}

/** The first choice and its odds, for `explain`. */
export function firstChoiceOdds(
  pool: Pool,
  health: PoolHealth,
  now: number,
): { origin: Origin; share: number }[] {
  const origins = candidateGroups(pool, health, now)[0]?.origins ?? [];
  if (pool.balance === "first") return origins.slice(0, 1).map((origin) => ({ origin, share: 1 }));
  const total = origins.reduce((sum, origin) => sum + origin.weight, 0);
  return origins.map((origin) => ({ origin, share: origin.weight / total }));
}
