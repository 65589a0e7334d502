// Can each path pattern of a site match at all?
import { EDGE_PREFIX } from "../edge-prefix.ts";
import type { MatchConfig } from "../match-schema.ts";
import { pathShapes } from "../path-pattern.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

/** Does a pattern contain two slashes in a row? The edge merges them before it compares, so it would never match. */
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

const RESERVED = EDGE_PREFIX.replaceAll("/", "");

/** Does a pattern match only paths of the edge itself? No site gets requests for these. */
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

export interface PlacedPattern {
  readonly pattern: string;
  readonly keys: readonly PropertyKey[];
}

/** Every path pattern of a site with its place, including those under `not`, `any` and `all`. */
export function patternsIn(site: Site): PlacedPattern[] {
  return site.routes.flatMap(({ match }, index) => inMatch(match, ["routes", index, "match"]));
}

function inMatch(match: MatchConfig | undefined, keys: readonly PropertyKey[]): PlacedPattern[] {
  if (!match) return [];
  return [
    ...(match.path ?? []).map((pattern, index) => ({ pattern, keys: [...keys, "path", index] })),
    ...inMatch(match.not, [...keys, "not"]),
    ...(match.any ?? []).flatMap((one, index) => inMatch(one, [...keys, "any", index])),
    ...(match.all ?? []).flatMap((one, index) => inMatch(one, [...keys, "all", index])),
  ];
}
