// What do the processes of `headgate serve` need to reach the origins of the sites? Pure.
import { type Endpoint, endpointsOf } from "../../shared/site/endpoint.ts";
import type { Site } from "../../shared/site/schema.ts";

export interface Needed {
  /** By id, for the processes that serve. */
  readonly all: ReadonlyMap<string, Endpoint>;
  /** Those that the state process needs as well, because it probes the origins. */
  readonly probed: ReadonlyMap<string, Endpoint>;
}

export const NOTHING_NEEDED: Needed = { all: new Map(), probed: new Map() };

export function neededBy(sites: readonly Site[]): Needed {
  const probedPools = ({ hosts, pools }: Site) => ({
    hosts,
    pools: Object.fromEntries(Object.entries(pools).filter(([, { health }]) => health !== undefined)),
  });
  return {
    all: byId(sites.flatMap((site) => endpointsOf(site))),
    probed: byId(sites.flatMap((site) => endpointsOf(probedPools(site)))),
  };
}

const byId = (endpoints: readonly Endpoint[]): ReadonlyMap<string, Endpoint> =>
  new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));

export const together = (one: Needed, other: Needed): Needed => ({
  all: new Map([...one.all, ...other.all]),
  probed: new Map([...one.probed, ...other.probed]),
});

/** Whether processes that have the one need not be replaced for the other. */
export const covers = (had: Needed, wanted: Needed): boolean =>
  isIn(wanted.all, had.all) && isIn(wanted.probed, had.probed);

export const isIn = (some: ReadonlyMap<string, unknown>, all: ReadonlyMap<string, unknown>): boolean =>
  [...some.keys()].every((id) => all.has(id));
