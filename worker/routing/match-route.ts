// Which route takes the request? The first one in the file whose path and conditions all match.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Asked } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import type { CompiledSite, Route } from "../site.ts";
import type { Captures } from "./path-table.ts";

export interface Matched {
  readonly route: Route;
  readonly captures: Captures;
}

export function matchRoute(site: CompiledSite, asked: Asked): Result<Matched, Refusal> {
  for (const match of site.paths.match(asked.path)) {
    const route = match.value();
    if (!route.conditions.every((condition) => condition.holds(asked))) continue;
    const oddity = asked.oddities.find((found) => !route.allowsInPath.has(found));
    return oddity ? err({ reason: "path-refused", oddity }) : ok({ route, captures: match.captures() });
  }
  const [oddity] = asked.oddities;
  return err(oddity ? { reason: "path-refused", oddity } : { reason: "no-route" });
}
