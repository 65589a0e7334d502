// Which origin is asked next?
import { candidateGroups, type Known } from "./candidates.ts";
import type { Hashable } from "./hash-key.ts";
import { withRoom } from "./limits.ts";
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

/** Where the request may go, the best first. */
function groupsFor(
  pool: Pool,
  { known, now, mayTry, load }: Pick<Choice, "known" | "now" | "load"> & Partial<Choice>,
): readonly CandidateGroup[] {
  const groups = candidateGroups(pool, known, now, mayTry);
  return pool.limitsOrigins ? withRoom(groups, load.inFlight) : groups;
}

/** Undefined if no origin of the pool may be asked. */
export function chooseOrigin(pool: Pool, choice: Choice): Origin | undefined {
  const { tried } = choice;
  const groups = groupsFor(pool, choice);
  for (const { role, candidates } of groups) {
    // A trial after a failed attempt could cost the same request a second time-out.
    if (role === "trial" && tried.size > 0) continue;
    const left = untried(candidates, tried);
    if (left.length > 0) return pick(pool, left, choice)?.origin;
  }
  return groups[0] && pick(pool, groups[0].candidates, choice)?.origin;
}

/** For a hedge: an origin that has not been tried and probably answers. */
export function chooseAnother(pool: Pool, choice: Choice): Origin | undefined {
  for (const { role, candidates } of groupsFor(pool, choice)) {
    const left = role === "usable" ? untried(candidates, choice.tried) : [];
    if (left.length > 0) return pick(pool, left, choice)?.origin;
  }
  return undefined;
}

/** Whether there is an origin that may be asked and that this request has not tried. */
export function hasUntried(pool: Pool, choice: Pick<Choice, "known" | "tried" | "now" | "load">): boolean {
  return groupsFor(pool, choice).some(({ candidates }) =>
    candidates.some(({ origin }) => !choice.tried.has(origin.id)),
  );
}

/** Why no origin was chosen. */
export const whyNone = (
  pool: Pool,
  { known, now, mayTry }: Pick<Choice, "known" | "now" | "mayTry">,
): "origins-full" | "no-origin" =>
  pool.limitsOrigins && candidateGroups(pool, known, now, mayTry).length > 0 ? "origins-full" : "no-origin";

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
