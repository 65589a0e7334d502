// The same origin for the same key: weighted rendezvous hashing. Each origin gets a score for the key, and the best one is picked.
// If an origin leaves, only its own keys move, and if it returns, only those come back. No ring has to be kept, and the order of the
// origins does not matter.
import { hash32, mixed } from "../../../shared/hash32.ts";
import { totalWeight, type Weighed } from "./weighted.ts";

export interface Hashed extends Weighed {
  readonly origin: { readonly hash: number };
}

/** Bounded load: no origin takes more than `factor` times its share of the requests that are under way. */
export interface Bound<Candidate> {
  readonly factor: number;
  readonly inFlight: (candidate: Candidate) => number;
}

/** If a bound is given, the best candidate that still has room is picked. */
export function byHash<Candidate extends Hashed>(
  candidates: readonly Candidate[],
  key: string,
  bound?: Bound<Candidate>,
): Candidate | undefined {
  const keyHash = hash32(key);
  const hasRoom = bound && roomUnder(candidates, bound);
  let best: Candidate | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const score = scoreOf(candidate, keyHash);
    if (score <= highest || hasRoom?.(candidate) === false) continue;
    best = candidate;
    highest = score;
  }
  return best;
}

/**
 * Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads" (2016). Each origin has room for its share of all
 * requests, this one included, times the factor, rounded up. Together that is more than there are, so one always has room.
 */
function roomUnder<Candidate extends Hashed>(
  candidates: readonly Candidate[],
  { factor, inFlight }: Bound<Candidate>,
): (candidate: Candidate) => boolean {
  const underWay = candidates.reduce((sum, candidate) => sum + inFlight(candidate), 1);
  const each = (factor * underWay) / totalWeight(candidates);
  return (candidate) => inFlight(candidate) < Math.ceil(each * candidate.weight);
}

/** The logarithm of a number in (0, 1) by the weight: with it the shares follow the weights exactly. */
function scoreOf({ origin, weight }: Hashed, keyHash: number): number {
  const uniform = (mixed(keyHash ^ origin.hash) + 0.5) / 2 ** 32;
  return Math.log(uniform) / weight;
}
