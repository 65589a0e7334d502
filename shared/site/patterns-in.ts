// Every path pattern of a site with its place, including those under `not`, `any` and `all`.
import type { MatchConfig } from "./match-schema.ts";
import type { Site } from "./schema.ts";

export interface PlacedPattern {
  readonly pattern: string;
  readonly keys: readonly PropertyKey[];
}

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
