// Is each name unique, and do the tests name only what the site has?
import { didYouMean } from "../did-you-mean.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";
import { limitsOf } from "./limits.ts";

/** Is a name used twice? The log, a test or a reader could not tell which one is meant. */
export function duplicateNames(site: Site): Problem[] {
  return [
    ...repeated(site.hosts, (index) => ["hosts", index], "is listed twice"),
    ...repeated(
      site.routes.map((route) => route.id),
      (index) => ["routes", index, "id"],
      "is already the id of an earlier route; each route needs its own",
    ),
    ...Object.entries(site.pools).flatMap(([id, pool]) =>
      repeated(
        pool.origins.map((origin) => origin.id),
        (index) => ["pools", id, "origins", index, "id"],
        "is already the id of an earlier origin of this pool; each origin needs its own",
      ),
    ),
  ];
}

/** Do two pools bind their clients by one cookie? Each would overwrite what the other has written. */
export function cookiesTakenTwice(site: Site): Problem[] {
  const pools = Object.entries(site.pools).flatMap(([id, { sticky }]) => (sticky ? [{ id, sticky }] : []));
  const names = pools.map(({ id, sticky }) => sticky.cookie ?? `hg-${id}`);
  return repeated(
    names,
    (at) => [
      "pools",
      String(pools[at]?.id),
      "sticky",
      ...(pools[at]?.sticky.cookie === undefined ? [] : ["cookie"]),
    ],
    "is already the cookie of an earlier pool; each pool needs its own",
  );
}

function repeated(
  names: readonly string[],
  keysOf: (index: number) => PropertyKey[],
  message: string,
): Problem[] {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew ? [] : [problemAt(keysOf(index), `\`${name}\` ${message}`)];
  });
}

/**
 * Do the tests name only routes and origins that the site has? With a misspelled name, a test would fail for the wrong
 * reason.
 */
export function unknownNamesInTests(site: Site): Problem[] {
  const routes = new Set(site.routes.map((route) => route.id));
  const origins = new Set(
    Object.values(site.pools).flatMap((pool) => pool.origins.map((origin) => origin.id)),
  );
  const limits = new Set(limitsOf(site).map(({ name }) => name));
  return site.tests.flatMap(({ request, expect }, index) => {
    const keys = ["tests", index, "expect"];
    const { route } = expect;
    return [
      ...(route === undefined || routes.has(route)
        ? []
        : [unknown(route, "a route", routes, [...keys, "route"])]),
      ...originsOfUrl(expect.request?.url).flatMap((origin) =>
        origins.has(origin)
          ? []
          : [unknown(origin, "an origin", origins, [...keys, "request", "url", origin])],
      ),
      ...namesOf(request.usedUp, limits, ["tests", index, "request", "usedUp"]),
      ...namesOf(expect.limits ?? [], limits, [...keys, "limits"]),
      ...(expect.origins ?? []).flatMap((origin, at) =>
        origins.has(origin) ? [] : [unknown(origin, "an origin", origins, [...keys, "origins", at])],
      ),
    ];
  });
}

const namesOf = (names: readonly string[], limits: ReadonlySet<string>, keys: readonly PropertyKey[]) =>
  names.flatMap((name, at) => (limits.has(name) ? [] : [unknown(name, "a limit", limits, [...keys, at])]));

const originsOfUrl = (url: string | Readonly<Record<string, string>> | undefined): string[] =>
  typeof url === "object" ? Object.keys(url) : [];

const unknown = (name: string, what: string, known: ReadonlySet<string>, keys: readonly PropertyKey[]) =>
  problemAt(keys, `\`${name}\` is not ${what} of this site`, { hint: didYouMean(name, [...known]) });
