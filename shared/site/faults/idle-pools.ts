// Is there a pool without an origin that could ever be chosen?
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function idlePools(site: Site): Problem[] {
  return Object.entries(site.pools).flatMap(([id, { origins }]) => {
    const inService = origins.filter((origin) => origin.state === "active");
    if (inService.some((origin) => origin.weight > 0)) return [];
    const message =
      inService.length === 0
        ? "has no origin in service: the state of each is `drain` or `off`; make one `active`"
        : "has no origin that can be chosen: the weight of each is 0; give one a weight";
    return [problemAt(["pools", id, "origins"], message)];
  });
}
