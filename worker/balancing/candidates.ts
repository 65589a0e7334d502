// Which origins may be asked, and in which order? Returns groups, the best one first. The pool's algorithm chooses
// within a group. The next group is used only if the group before has no origin left.
import { failedLately, type PoolHealth } from "./health.ts";
import type { Origin, Pool, Tier } from "./pool.ts";

/**
 * First the healthy origins, tier by tier. Then, instead of giving up, those that failed recently, again tier by tier.
 * What we remember only orders the origins; it never causes a refusal.
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
