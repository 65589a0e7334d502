// Which origin is asked next?
import { candidateGroups, type Known } from "./candidates.ts";
import type { Hashable } from "./hash-key.ts";
import { type Facts, oddsOf, pick } from "./pick.ts";
import type { Candidate, CandidateGroup, Origin, Pool } from "./pool.ts";

export interface Choice extends Facts {
  readonly known: Known;
  /** Origins that this request has already tried. They are asked again only if no other is left. */
  readonly tried: ReadonlySet<string>;
  readonly now: number;
  /** It would be repeated at another origin, so it may try one that is on probation. */
  readonly mayTry: boolean;
}

/** Undefined if no origin of the pool may be asked. */
export function chooseOrigin(pool: Pool, choice: Choice): Origin | undefined {
  const { known, tried, now, mayTry } = choice;
  const groups = candidateGroups(pool, known, now, mayTry);
  for (const { role, candidates } of groups) {
    // A trial after a failed attempt could cost the same request a second time-out.
    if (role === "trial" && tried.size > 0) continue;
    const left = untried(candidates, tried);
    if (left.length > 0) return pick(pool, left, choice)?.origin;
  }
  return groups[0] && pick(pool, groups[0].candidates, choice)?.origin;
}

/** Whether there is an origin that may be asked and that this request has not tried. */
export function hasUntried(
  pool: Pool,
  { known, tried, now }: Pick<Choice, "known" | "tried" | "now">,
): boolean {
  return candidateGroups(pool, known, now).some(({ candidates }) =>
    candidates.some(({ origin }) => !tried.has(origin.id)),
  );
}

const untried = (candidates: readonly Candidate[], tried: ReadonlySet<string>): readonly Candidate[] =>
  tried.size === 0 ? candidates : candidates.filter(({ origin }) => !tried.has(origin.id));

/** The odds of each origin of the first group, for `explain`. */
export function firstChoiceOdds(
  pool: Pool,
  groups: readonly CandidateGroup[],
  request: Hashable,
): { origin: Origin; share: number }[] {
  const odds = oddsOf(pool, groups[0]?.candidates ?? [], request);
  return odds.map(({ candidate, share }) => ({ origin: candidate.origin, share }));
}
