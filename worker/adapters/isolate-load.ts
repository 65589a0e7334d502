// How busy and how fast the origins are, as this isolate sees it. The rules are in balancing/load/.
import { BoundedMap } from "../../shared/remember.ts";
import { latencyAt, type PeakLatency, withLatency } from "../balancing/load/peak-latency.ts";
import { Places } from "../balancing/load/places.ts";
import type { LoadMemory } from "../isolate.ts";

/** If one is forgotten, its attempts under way are no longer counted. */
const MAX_ORIGINS = 10_000;

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
  return {
    inFlight: (key) => origins.get(key)?.places.held(now()) ?? 0,
    latency: (key) => latencyAt(origins.get(key)?.latency, now()),
    begin: (key) => {
      const { places } = of(key);
      const place = places.take(now());
      let isHeld = true;
      return {
        renew: () => {
          if (isHeld) places.renew(place, now());
        },
        giveBack: () => {
          isHeld = false;
          places.giveBack(place);
        },
      };
    },
    answered: (key, ms) => {
      const load = of(key);
      load.latency = withLatency(load.latency, ms, now());
    },
  };
}
