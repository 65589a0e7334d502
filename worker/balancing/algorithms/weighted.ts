// Random, by weight: an origin with weight 3 is picked three times as often as one with weight 1.

export interface Weighed {
  readonly weight: number;
}

/** `random` is in [0, 1). Undefined if there is no candidate. */
export function weighted<Candidate extends Weighed>(
  candidates: readonly Candidate[],
  random: number,
): Candidate | undefined {
  let point = random * totalWeight(candidates);
  for (const candidate of candidates) {
    point -= candidate.weight;
    if (point < 0) return candidate;
  }
  return candidates.at(-1); // rounding can miss the last one
}

export const totalWeight = (candidates: readonly Weighed[]): number =>
  candidates.reduce((sum, { weight }) => sum + weight, 0);
