// Is a pool meant for a client, by where the client is?
import { continentOf } from "../../shared/continents.ts";
import type { ServesConfig } from "../../shared/site/serves-schema.ts";
import type { Peer } from "../message.ts";

/** Where the client is. Either is undefined if the platform does not know. */
export type Place = Pick<Peer, "country" | "region">;

export interface Serves {
  readonly regions: ReadonlySet<string>;
  readonly countries: ReadonlySet<string>;
  readonly continents: ReadonlySet<string>;
}

export const compileServes = ({ regions, countries, continents }: ServesConfig): Serves => ({
  regions: new Set(regions),
  countries: new Set(countries),
  continents: new Set(continents),
});

/** The smaller, the more exactly the pool is meant for the place. */
export function distance(serves: Serves | null, { country, region }: Place): number {
  if (serves === null) return ELSEWHERE;
  if (region !== undefined && serves.regions.has(region)) return 0;
  if (country === undefined) return ELSEWHERE;
  if (serves.countries.has(country)) return 1;
  const continent = serves.continents.size === 0 ? undefined : continentOf(country);
  return continent !== undefined && serves.continents.has(continent) ? 2 : ELSEWHERE;
}

const ELSEWHERE = 3;
