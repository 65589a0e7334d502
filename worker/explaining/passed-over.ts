// Why did no earlier route take the request? Of thousands of routes, reports those that came nearest.
import type { RoutePassedOver } from "../../shared/explain.ts";
import { whyNot } from "../routing/match-route.ts";
import type { Foreseen } from "./foresee.ts";

/** In file order: up to the route that matches, or all of them if none does. */
export function passedOver({ site, asked }: Foreseen): RoutePassedOver[] {
  if (!site || !asked) return [];
  const found: RoutePassedOver[] = [];
  for (const compileRoute of site.routes) {
    const route = compileRoute();
    const mismatches = whyNot(route, asked);
    if (mismatches.length === 0) break;
    found.push({ id: route.id, mismatches });
  }
  return found;
}

/**
 * The few that came nearest, still in file order. A route whose path matches is nearer than any other. Among the others,
 * the more of the path a route shares, the nearer it is; then, the fewer conditions keep it from the request.
 */
export function nearest(routes: readonly RoutePassedOver[], count: number): RoutePassedOver[] {
  const byDistance = routes.map((route) => ({ route, shared: sharedPath(route) }));
  // Stable: equal ones stay in file order. The difference of two infinities is no number, and does not count.
  byDistance.sort((a, b) => b.shared - a.shared || a.route.mismatches.length - b.route.mismatches.length);
  const kept = new Set(byDistance.slice(0, count).map(({ route }) => route));
  return routes.filter((route) => kept.has(route));
}

/** How many characters of the path, from its start, stand in the pattern too; infinitely many if the path matches. */
function sharedPath({ mismatches }: RoutePassedOver): number {
  const path = mismatches.find(({ condition }) => condition === "path");
  if (!path) return Number.POSITIVE_INFINITY;
  return Math.max(...path.wants.split(" or ").map((pattern) => sharedStart(pattern, path.found)));
}

function sharedStart(one: string, other: string): number {
  const end = [...one].findIndex((character, at) => character !== other[at]);
  return end === -1 ? one.length : end;
}
