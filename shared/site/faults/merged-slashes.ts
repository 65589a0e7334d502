// Does a pattern contain two slashes in a row? The edge merges them before it compares, so it would never match.
import { pathShapes } from "../path-pattern.ts";
import { patternsIn } from "../patterns-in.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function mergedSlashes(site: Site): Problem[] {
  if (!site.mergeSlashes) return [];
  return patternsIn(site)
    .filter(({ pattern }) => hasEmptySegment(pattern))
    .map(({ keys }) =>
      problemAt(
        keys,
        "never matches: // becomes / before a path is compared; write /, or set `mergeSlashes: false`",
      ),
    );
}

/** Slashes inside an expression are up to the author. */
const hasEmptySegment = (pattern: string): boolean =>
  pathShapes(pattern).some(({ segments, takesRest }) =>
    (takesRest ? segments : segments.slice(0, -1)).some(
      (segment) => segment.kind === "literal" && segment.text === "",
    ),
  );
