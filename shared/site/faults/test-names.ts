// Do the tests name only routes and origins that the site has? With a misspelled name, a test would fail for the wrong
// reason.
import { didYouMean } from "../did-you-mean.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function unknownNamesInTests(site: Site): Problem[] {
  const routes = new Set(site.routes.map((route) => route.id));
  const origins = new Set(
    Object.values(site.pools).flatMap((pool) => pool.origins.map((origin) => origin.id)),
  );
  return site.tests.flatMap(({ expect }, index) => {
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
      ...(expect.origins ?? []).flatMap((origin, at) =>
        origins.has(origin) ? [] : [unknown(origin, "an origin", origins, [...keys, "origins", at])],
      ),
    ];
  });
}

const originsOfUrl = (url: string | Readonly<Record<string, string>> | undefined): string[] =>
  typeof url === "object" ? Object.keys(url) : [];

const unknown = (name: string, what: string, known: ReadonlySet<string>, keys: readonly PropertyKey[]) =>
  problemAt(keys, `\`${name}\` is not ${what} of this site`, { hint: didYouMean(name, [...known]) });
