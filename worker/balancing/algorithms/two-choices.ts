// Two different candidates, each drawn by weight. Drawing twice from all of them would often draw the same one twice: of two
// origins, the busier one would then get a quarter of the requests unseen.
import { totalWeight, type Weighed, weighted } from "./weighted.ts";

/** The second is undefined if there is only one; both are if there is none. */
export function twoChoices<Candidate extends Weighed>(
  candidates: readonly Candidate[],
  random: () => number,
): readonly [first: Candidate | undefined, second: Candidate | undefined] {
  const first = weighted(candidates, random());
  if (first === undefined || candidates.length === 1) return [first, undefined];
  let point = random() * (totalWeight(candidates) - first.weight);
  let last: Candidate | undefined;
  for (const candidate of candidates) {
    if (candidate === first) continue;
    last = candidate;
    point -= candidate.weight;
    if (point < 0) break;
  }
  return [first, last];
}
