// Does a route answer with content under a status that never has any? It would silently be left out.
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

/** RFC 9110 §6.4.1, §15.3.6. */
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

export function contentInVain(site: Site): Problem[] {
  return site.routes.flatMap(({ respond }, index) => {
    if (!respond || respond.body === "" || !WITHOUT_CONTENT.has(respond.status)) return [];
    const message = `has no effect: an answer with the status ${respond.status} has no content`;
    return [problemAt(["routes", index, "respond", "body"], message, { atKey: true })];
  });
}
