// May a pool afford another retry or hedge? A share of its recent requests: if all of them fail, they are multiplied by no more than
// that. A few are always allowed, or a pool with little traffic could never afford one.
import type { PoolLoad } from "./load/pool-load.ts";

/** In the ten seconds that are looked at (`BUDGET_WINDOW_MS`). */
export const LEAST = { retry: 10, hedge: 1 } as const;

export function canAfford(
  kind: "retry" | "hedge",
  share: number | null,
  { spent }: Pick<PoolLoad, "spent">,
  now: number,
): boolean {
  if (share === null) return true;
  const affordable = Math.max(LEAST[kind], Math.floor(share * spent.count("request", now)));
  return spent.count(kind, now) < affordable;
}
