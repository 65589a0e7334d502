// Why does this route not take this request? Only `explain` asks, so the hot path does not pay for it.

import type { Mismatch } from "../../shared/explain.ts";
import type { Asked } from "../message.ts";
import type { Route } from "../site.ts";
import { compilePathTable } from "./path-table.ts";

/**
 * Every condition that fails, so that one look shows everything that would have to change; empty if the route matches.
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
