// Which origin is asked next?
import { candidateGroups, type Known } from "./candidates.ts";
import type { Candidate, CandidateGroup, Origin, Pool } from "./pool.ts";

export interface Choice {
  readonly known: Known;
  /** Origins that this request has already tried. They are asked again only if no other is left. */
  readonly tried: ReadonlySet<string>;
  readonly now: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Undefined if no origin of the pool may be asked. */
export function chooseOrigin(pool: Pool, choice: Choice): Origin | undefined {
  const groups = candidateGroups(pool, choice.known, choice.now);
  for (const { candidates } of groups) {
    const left = untried(candidates, choice.tried);
    if (left.length > 0) return pick(pool, left, choice)?.origin;
  }
  return groups[0] && pick(pool, groups[0].candidates, choice)?.origin;
}

/** Whether there is an origin that may be asked and that this request has not tried. */
export function hasUntried(pool: Pool, { known, tried, now }: Omit<Choice, "random">): boolean {
  return candidateGroups(pool, known, now).some(({ candidates }) =>
    candidates.some(({ origin }) => !tried.has(origin.id)),
  );
}

const untried = (candidates: readonly Candidate[], tried: ReadonlySet<string>): readonly Candidate[] =>
  tried.size === 0 ? candidates : candidates.filter(({ origin }) => !tried.has(origin.id));

const pick = (
  { balance }: Pool,
  candidates: readonly Candidate[],
  { random }: Choice,
): Candidate | undefined => (balance === "first" ? candidates[0] : weightedPick(candidates, random()));

/** An origin with weight 3 is picked three times as often as one with weight 1. */
function weightedPick(candidates: readonly Candidate[], random: number): Candidate | undefined {
  let point = random * totalWeight(candidates);
  for (const candidate of candidates) {
    point -= candidate.weight;
    if (point < 0) return candidate;
  }
  return candidates.at(-1); // rounding can miss the last one
}

const totalWeight = (candidates: readonly Candidate[]): number =>
  candidates.reduce((sum, { weight }) => sum + weight, 0);

/** The odds of each origin of the first group, for `explain`. */
export function firstChoiceOdds(
  pool: Pool,
  groups: readonly CandidateGroup[],
): { origin: Origin; share: number }[] {
  const candidates = groups[0]?.candidates ?? [];
  if (pool.balance === "first") return candidates.slice(0, 1).map(({ origin }) => ({ origin, share: 1 }));
  const total = totalWeight(candidates);
  return candidates.map(({ origin, weight }) => ({ origin, share: weight / total }));
}
