// How busy and how fast the origins are, as this isolate sees it. The rules are in balancing/load/.
import { BoundedMap } from "../../shared/remember.ts";
import type { LoadMemory } from "../balancing/load/load-memory.ts";
import { latencyAt, type PeakLatency, withLatency } from "../balancing/load/peak-latency.ts";
import { Places } from "../balancing/load/places.ts";
import { PoolLoad } from "../balancing/load/pool-load.ts";
import type { Pool } from "../balancing/pool.ts";

/** If one is forgotten, its attempts under way are no longer counted. */
const MAX_ORIGINS = 10_000;
/** If one is forgotten, its budgets are full again and its breaker is closed. Each takes some two kilobytes. */
const MAX_POOLS = 1_000;

interface OriginLoad {
  readonly places: Places;
  latency: PeakLatency | undefined;
}

export function isolateLoad({ now }: { readonly now: () => number }): LoadMemory {
  const origins = new BoundedMap<OriginLoad>(MAX_ORIGINS);
  const of = (key: string): OriginLoad => {
    const known = origins.get(key);
    if (known) return known;
    const load = { places: new Places(), latency: undefined };
    origins.set(key, load);
    return load;
  };
  const pools = new BoundedMap<PoolLoad>(MAX_POOLS);
  const ofPool = ({ key }: Pick<Pool, "key">): PoolLoad => {
    const known = pools.get(key);
    if (known) return known;
    const load = new PoolLoad();
    pools.set(key, load);
    return load;
  };
  return {
    ofPool,
    inFlight: (key) => origins.get(key)?.places.held(now()) ?? 0,
    latency: (key) => latencyAt(origins.get(key)?.latency, now()),
    begin: (pool, { loadKey }) => {
      const both = [of(loadKey).places, ofPool(pool).places] as const;
      const place = {};
      const renew = () => {
        for (const places of both) places.hold(place, now());
      };
      renew();
      let isHeld = true;
      return {
        renew: () => {
          if (isHeld) renew();
        },
        giveBack: () => {
          isHeld = false;
          for (const places of both) places.giveBack(place);
        },
      };
    },
    answered: (key, ms) => {
      const load = of(key);
      load.latency = withLatency(load.latency, ms, now());
    },
  };
}
