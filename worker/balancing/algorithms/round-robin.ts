// Smooth weighted round robin, as nginx does it: each candidate gains its weight, the one that has most is picked and pays the
// sum of the weights. With weights 5, 1 and 1 the order is a a b a c a a, without bursts on the heavy origin.
import { totalWeight, type Weighed, weighted } from "./weighted.ts";

/** By origin: what it has gained and not yet paid. An origin that has not taken part yet has 0. */
export type Turns = ReadonlyMap<string, number>;

export const NO_TURNS: Turns = new Map();

interface Named extends Weighed {
  readonly origin: { readonly id: string };
}

/**
 * The first turn is drawn by weight. Thousands of isolates start at about the same time, and would otherwise all begin with the
 * same origin. An origin that is not among the candidates this time keeps what it had.
 */
export function nextInTurn<Candidate extends Named>(
  turns: Turns,
  candidates: readonly Candidate[],
  random: () => number,
): { readonly picked: Candidate | undefined; readonly turns: Turns } {
  const next = new Map(turns);
  let picked = turns.size === 0 ? weighted(candidates, random()) : undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const gained = (turns.get(candidate.origin.id) ?? 0) + candidate.weight;
    next.set(candidate.origin.id, gained);
    if (turns.size === 0 || gained <= most) continue;
    picked = candidate;
    most = gained;
  }
  if (picked === undefined) return { picked, turns };
  const { id } = picked.origin;
  next.set(id, (next.get(id) ?? 0) - totalWeight(candidates));
  return { picked, turns: next };
}
