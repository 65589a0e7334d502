// The less busy of two candidates, for their weight: the power of two choices. Asking two is nearly as good as asking all, and
// isolates that do not know of one another do not all run to the same origin.
import { twoChoices } from "./two-choices.ts";
import type { Weighed } from "./weighted.ts";

/** If both are equally busy, the first one drawn is picked, so that an idle pool is shared by weight. */
export function leastRequests<Candidate extends Weighed>(
  candidates: readonly Candidate[],
  inFlight: (candidate: Candidate) => number,
  random: () => number,
): Candidate | undefined {
  const [first, second] = twoChoices(candidates, random);
  if (first === undefined || second === undefined) return first;
  // Multiplied crosswise rather than divided: a weight may be small, and the counts are whole numbers.
  return inFlight(second) * first.weight < inFlight(first) * second.weight ? second : first;
}
