// Why did no earlier route take the request? Of thousands of routes, reports those that came nearest.
import type { RoutePassedOver } from "../../shared/explain.ts";
import { whyNot } from "../routing/why-not.ts";
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

/** The few that came nearest, still in file order. */
export function nearest(routes: readonly RoutePassedOver[], count: number): RoutePassedOver[] {
  if (routes.length <= count) return [...routes];
  const byDistance = routes.map((route) => ({ route, distance: distanceOf(route) }));
  byDistance.sort((a, b) => a.distance - b.distance); // stable: equal ones stay in file order
  const kept = new Set(byDistance.slice(0, count).map(({ route }) => route));
  return routes.filter((route) => kept.has(route));
}

/**
 * A route whose path matches is nearer than any other. Among the others, the more of the path a route shares, the
 * nearer it is.
 */
function distanceOf({ mismatches }: RoutePassedOver): number {
  const path = mismatches.find(({ condition }) => condition === "path");
  if (!path) return mismatches.length / 1_000;
  const shared = Math.max(...path.wants.split(" or ").map((pattern) => sharedStart(pattern, path.found)));
  return 1 + 1 / (1 + shared) + mismatches.length / 1_000_000;
}

function sharedStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
