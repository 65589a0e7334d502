// The health of the origins as this isolate has seen it. Each isolate learns for itself
// (docs/decisions/0002-failures-are-remembered-per-isolate.md).
import { BoundedMap } from "../../shared/remember.ts";
import { NO_FAILURES, observe, type PoolHealth } from "../balancing/health.ts";
import type { Pool } from "../balancing/pool.ts";
import type { HealthMemory } from "../isolate.ts";

/** Pools with a failing origin. If one is forgotten, the cost is one attempt at an origin that may be dead. */
const MAX_POOLS = 1_000;

export function isolateHealth(): HealthMemory {
  const pools = new BoundedMap<PoolHealth>(MAX_POOLS);
  const of = ({ standingKey }: Pool) => pools.get(standingKey) ?? NO_FAILURES;
  return {
    of,
    report: (pool, event) => {
      const before = of(pool);
      const after = observe(before, event);
      if (after === before) return;
      if (after.size === 0) pools.delete(pool.standingKey);
      else pools.set(pool.standingKey, after);
    },
  };
}
