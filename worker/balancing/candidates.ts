// Which origins may be asked, in which order of preference? Groups first to last: within a group the pool's
// algorithm chooses, and the next group is asked only when the one before has none left.
import { failedLately, type PoolHealth } from "./health.ts";
import type { Origin, Pool } from "./pool.ts";

export interface CandidateGroup {
  readonly tier: number;
  /** True where all of the group failed a moment ago: asked only when nothing better is left. */
  readonly failedLately: boolean;
  readonly origins: readonly Origin[];
}

/** Tier by tier, those in good health; then, rather than give up, tier by tier those that failed lately. */
export function candidateGroups(pool: Pool, health: PoolHealth, now: number): CandidateGroup[] {
  const eligible = pool.origins.filter((origin) => origin.state === "active" && origin.weight > 0);
  const tiers = [...new Set(eligible.map((origin) => origin.tier))].sort((a, b) => a - b);
  return [false, true].flatMap((failed) =>
    tiers.flatMap((tier) => {
      const origins = eligible.filter(
        (origin) => origin.tier === tier && failedLately(health, origin.id, now) === failed,
      );
      return origins.length > 0 ? [{ tier, failedLately: failed, origins }] : [];
    }),
  );
}

/** The first choice and its odds, for `explain`. */
export function firstChoiceOdds(
  pool: Pool,
  health: PoolHealth,
  now: number,
): { origin: Origin; share: number }[] {
  const [group] = candidateGroups(pool, health, now);
  if (!group) return [];
  if (pool.balance === "first") return group.origins.slice(0, 1).map((origin) => ({ origin, share: 1 }));
  const total = group.origins.reduce((sum, origin) => sum + origin.weight, 0);
  return group.origins.map((origin) => ({ origin, share: origin.weight / total }));
}
