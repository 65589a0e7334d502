// Does a pattern wait for two slashes in a row, which the edge has made into one before it compares?
import { pathShapes } from "../path-pattern.ts";
import { patternsIn } from "../patterns-in.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function mergedSlashes(site: Site): Problem[] {
  if (!site.mergeSlashes) return [];
  return patternsIn(site)
    .filter(({ pattern }) => pattern.includes("//") && hasEmptySegment(pattern))
    .map(({ keys }) =>
      problemAt(
        keys,
        "never matches: // is made into / before a path is compared; write /, or set `mergeSlashes: false`",
      ),
    );
}

/** In an expression two slashes are the writer's business. */
const hasEmptySegment = (pattern: string): boolean =>
  pathShapes(pattern).some(({ segments, takesRest }) =>
    (takesRest ? segments : segments.slice(0, -1)).some(
      (segment) => segment.kind === "literal" && segment.text === "",
    ),
  );
