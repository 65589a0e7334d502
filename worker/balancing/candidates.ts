// Which origins of a pool may be asked, and in which order? `explain`, status and live traffic all use these functions.
import { type OriginsTold, type OriginTold, originName } from "../keeping/origins-told.ts";
import { failedLately, type PoolHealth } from "./health.ts";
import type { Candidate, CandidateGroup, Origin, Pool } from "./pool.ts";

/** What is believed of the origins. */
export interface Known {
  /** By this isolate, from its own traffic. */
  readonly seen: PoolHealth;
  /** By the site's keeper: what its probes found, and what an operator has drained. */
  readonly told: OriginsTold;
}

/**
 * The best group first. The pool's algorithm chooses within a group. The next group is used only if the group before has no origin
 * left. First the good origins, tier by tier. Then, instead of giving up, those that are out, again tier by tier. What is
 * remembered only orders the origins; it never causes a refusal.
 */
export function candidateGroups(pool: Pool, known: Known, now: number): readonly CandidateGroup[] {
  if (known.seen.size === 0 && known.told.size === 0) return pool.groups;
  const isOut = ({ origin }: Candidate) => whyOut(pool, origin, known, now) !== undefined;
  const isIn = (candidate: Candidate) => !isOut(candidate);
  const isDrained = ({ origin }: Candidate) => toldOf(pool, origin, known)?.drained === true;
  const parted = (role: CandidateGroup["role"], takes: (candidate: Candidate) => boolean) =>
    pool.groups
      .map(({ tier, candidates }) => ({
        role,
        tier,
        candidates: candidates.filter((each) => takes(each) && !isDrained(each)),
      }))
      .filter(({ candidates }) => candidates.length > 0);
  return [...parted("usable", isIn), ...parted("last-resort", isOut)];
}

/** Why an origin in service is not among the first that are asked; undefined if it is. */
export function whyOut(pool: Pool, origin: Origin, known: Known, now: number): string | undefined {
  const told = toldOf(pool, origin, known);
  if (told?.drained) return "drained";
  if (told?.down) return "down";
  return failedLately(known.seen, origin.id, now) ? "failed" : undefined;
}

const toldOf = (pool: Pool, origin: Origin, { told }: Known): OriginTold | undefined =>
  told.size === 0 ? undefined : told.get(originName(pool.id, origin.id));
