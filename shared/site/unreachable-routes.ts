// Which routes can no request reach, because earlier routes match all their requests? Sound but not complete: a route
// named here is unreachable for every request. The cost per route is about the same, however many there are.
import type { MatchConfig } from "./match-schema.ts";
import { pathShapes } from "./path-pattern.ts";
import { type Problem, problemAt } from "./problem.ts";
import { conjuncts, globsCover, implies } from "./reach/implies.ts";
import { pathTrie } from "./reach/path-trie.ts";
import type { Site } from "./schema.ts";

export interface UnreachableRoute {
  /** Its index in the list of routes. */
  readonly index: number;
  /** The earlier routes that match all its requests: usually one, or several if it has several paths. */
  readonly takenBy: readonly number[];
}

/** The routes with one pattern, as far as they are worth comparing. */
interface Takers {
  /** The first route without further conditions. It matches everything, so nothing after it is worth comparing. */
  unconditional?: number;
  readonly conditional: { readonly index: number; readonly match: MatchConfig }[];
}

/** A route is compared with at most this many routes of one pattern (there may be one for each tenant, for example). */
const MAX_COMPARED = 64;

export function unreachableRoutes(site: Site): UnreachableRoute[] {
  const trie = pathTrie<Takers>();
  const found: UnreachableRoute[] = [];
  site.routes.forEach((route, index) => {
    const match = withoutHostsOfAll(route.match ?? {}, site.hosts);
    const shapes = (route.match?.path ?? ["/*"]).flatMap(pathShapes);
    const takers = shapes.map((shape) => firstTaker(trie.around(shape), match));
    const takenBy = takers.filter((taker) => taker !== undefined);
    if (takenBy.length === shapes.length) {
      found.push({ index, takenBy: [...new Set(takenBy)].sort((a, b) => a - b) });
      return; // what matches its requests also matches those of a later route
    }
    for (const shape of shapes) {
      keep(
        trie.at(shape, () => ({ conditional: [] })),
        match,
        index,
      );
    }
  });
  return found;
}

/** `placeOf` says where the earlier route is: `line 12`. */
export function unreachableProblems(site: Site, placeOf?: (route: Problem) => string): Problem[] {
  return unreachableRoutes(site).map(({ index, takenBy }) => {
    const takers = takenBy.map((taker) => {
      const place = placeOf?.(problemAt(["routes", taker], "takes another route's requests"));
      return `\`${site.routes[taker]?.id}\`${place === undefined ? "" : ` (${place})`}`;
    });
    const subject = takers.length === 1 ? `route ${takers[0]} takes` : `routes ${takers.join(" and ")} take`;
    return problemAt(["routes", index], `is never reached: ${subject} every request that this one could`, {
      hint: "move it up, or remove it",
    });
  });
}

function firstTaker(around: readonly Takers[], match: MatchConfig): number | undefined {
  const given = conjuncts(match);
  const [first] = around
    .map(
      ({ unconditional, conditional }) =>
        conditional.find((one) => implies(given, one.match))?.index ?? unconditional,
    )
    .filter((taker) => taker !== undefined)
    .sort((a, b) => a - b);
  return first;
}

function keep(takers: Takers, match: MatchConfig, index: number): void {
  if (takers.unconditional !== undefined) return;
  const isConditional = Object.entries(match).some(([key, wanted]) => key !== "path" && wanted !== undefined);
  if (!isConditional) takers.unconditional = index;
  else if (takers.conditional.length < MAX_COMPARED) takers.conditional.push({ index, match });
}

/** A condition on the host that every host of the site meets is no condition. */
function withoutHostsOfAll(match: MatchConfig, hosts: readonly string[]): MatchConfig {
  if (match.host === undefined) return { ...match, host: undefined };
  return globsCover(match.host, hosts) ? { ...match, host: undefined } : match;
}
