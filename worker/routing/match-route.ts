// Which route takes the request, and why does another one not take it? The first one in the file whose path and conditions all
// match.
import type { Mismatch } from "../../shared/explain.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Asked } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import type { CompiledSite, Route } from "../site.ts";
import { type Captures, compilePathTable } from "./path-table.ts";

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

/**
 * Why does this route not take this request? Only `explain` asks, so the hot path does not pay for it. Every condition that
 * fails, so that one look shows everything that would have to change; empty if the route matches.
 */
export function whyNot(route: Route, asked: Asked): Mismatch[] {
  const mismatches: Mismatch[] = [];
  if (!compilePathTable([{ patterns: route.patterns, value: undefined }]).takes(asked.path)) {
    mismatches.push({ condition: "path", wants: route.patterns.join(" or "), found: asked.path });
  }
  for (const condition of route.conditions) {
    if (condition.holds(asked)) continue;
    mismatches.push({ condition: condition.name, wants: condition.wants, found: condition.found(asked) });
  }
  return mismatches;
}
