// How the origins fare, as this isolate has seen it. Each isolate learns for itself.
import { NO_FAILURES, observe, type PoolHealth } from "../balancing/health.ts";
import type { HealthMemory } from "../ports.ts";

export function isolateHealth(): HealthMemory {
  const pools = new Map<string, PoolHealth>();
  const of = (poolKey: string) => pools.get(poolKey) ?? NO_FAILURES;
  return { of, report: (poolKey, event) => void pools.set(poolKey, observe(of(poolKey), event)) };
}
