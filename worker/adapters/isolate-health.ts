// What this isolate believes of the origins, from its own traffic. Each isolate learns for itself
// (docs/decisions/0039-a-failing-origin-is-tried-by-one-request.md).
import { BoundedMap } from "../../shared/remember.ts";
import type { Pool } from "../balancing/pool.ts";
import { ALL_GOOD, observe, type PoolStandings } from "../balancing/pool-standing.ts";
import type { HealthMemory } from "../isolate.ts";

/** Pools with an origin that is not plainly good. If one is forgotten, the cost is one attempt at an origin that may be dead. */
const MAX_POOLS = 1_000;

export function isolateHealth(): HealthMemory {
  const pools = new BoundedMap<PoolStandings>(MAX_POOLS);
  const of = ({ standingKey }: Pool) => pools.get(standingKey) ?? ALL_GOOD;
  return {
    of,
    report: (pool, event) => {
      const before = of(pool);
      const after = observe(before, event, pool);
      if (after === before) return;
      if (after.size === 0) pools.delete(pool.standingKey);
      else pools.set(pool.standingKey, after);
    },
  };
}
