// Does a pattern match only paths of the edge itself? No site gets requests for these.
import { EDGE_PREFIX } from "../edge-prefix.ts";
import { pathShapes } from "../path-pattern.ts";
import { patternsIn } from "../patterns-in.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

const RESERVED = EDGE_PREFIX.replaceAll("/", "");

export function reservedPaths(site: Site): Problem[] {
  return patternsIn(site)
    .filter(({ pattern }) => pathShapes(pattern).every(isReserved))
    .map(({ keys }) =>
      problemAt(
        keys,
        `never matches: paths below ${EDGE_PREFIX} belong to the edge itself; write another path`,
      ),
    );
}

/** `/.headgate/*` also takes `/.headgate` itself, which is not reserved, but nobody means that. */
const isReserved = ({ segments, takesRest }: ReturnType<typeof pathShapes>[number]): boolean => {
  const [first] = segments;
  return first?.kind === "literal" && first.text === RESERVED && (takesRest || segments.length > 1);
};
