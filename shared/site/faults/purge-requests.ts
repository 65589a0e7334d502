// Does a site that takes requests to purge say who may send them?
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function purgeRequestFaults({ purgeRequests }: Site): Problem[] {
  if (!purgeRequests || purgeRequests.signed || purgeRequests.tokens.length > 0) return [];
  const message = "lets nobody purge; name `tokens`, or leave `signed` at true";
  return [problemAt(["purgeRequests", "signed"], message, { atKey: true })];
}
