// Which route shows an origin under a path that its own requests do not have?
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function baseInVain(site: Site): Problem[] {
  return site.routes.flatMap(({ base, match }, index) => {
    if (base === undefined) return [];
    const outside = (match?.path ?? ["/*"]).find(
      (pattern) => pattern !== base && !pattern.startsWith(`${base}/`),
    );
    if (outside === undefined) return [];
    return [
      problemAt(
        ["routes", index, "base"],
        `the route takes requests that are not under ${base}: ${outside}`,
        {
          hint: `match ${base}/* only, or the origin sees their paths as they are`,
        },
      ),
    ];
  });
}
