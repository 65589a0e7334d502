// Does a rewrite or redirect ask for a part of the path that the route's patterns do not all capture? It would
// be left empty, without a word.
import { didYouMean } from "../did-you-mean.ts";
import { capturesOf } from "../path-pattern.ts";
import { placeholdersIn } from "../placeholders.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site, SiteRoute } from "../schema.ts";

export function captureFaults(site: Site): Problem[] {
  return site.routes.flatMap((route, index) => [
    ...missingCaptures(route, route.rewrite?.path, ["routes", index, "rewrite", "path"]),
    ...missingCaptures(route, pathOf(route.redirect?.to), ["routes", index, "redirect", "to"]),
  ]);
}

function missingCaptures(
  route: SiteRoute,
  template: string | undefined,
  keys: readonly PropertyKey[],
): Problem[] {
  if (template === undefined) return [];
  const asked = new Set(placeholdersIn(template));
  if (asked.size === 0) return [];
  const patterns = (route.match?.path ?? ["/*"]).map((text) => ({ text, captures: capturesOf(text) }));
  return [...asked].flatMap((name) => {
    const without = patterns.find(({ captures }) => !captures.includes(name));
    if (!without) return [];
    const hint = didYouMean(name, without.captures);
    return [problemAt(keys, `uses ${spelt(name)}, which ${without.text} does not capture`, { hint })];
  });
}

/** Only the path of an absolute URL is filled in. */
const pathOf = (to: string | undefined): string | undefined => to?.replace(/^https?:\/\/[^/?#]*/, "");

const spelt = (name: string): string => (name === "*" ? "`*`" : `\`:${name}\``);
