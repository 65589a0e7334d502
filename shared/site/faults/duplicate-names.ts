// Is a name used twice? The log, a test or a reader could not tell which one is meant.
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

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
