// Which origins of a pool may be asked, and in which order? `explain`, status and live traffic all use these functions.
import { type OriginsTold, type OriginTold, originName } from "../keeping/origins-told.ts";
import type { CandidateGroup, Origin, Pool } from "./pool.ts";
import type { PoolStandings } from "./pool-standing.ts";
import { grownShare, type Standing, standingAt } from "./standing.ts";

/** What is believed of the origins. */
export interface Known {
  /** By this isolate, from its own traffic. */
  readonly seen: PoolStandings;
  /** By the site's keeper: what its probes found, and what an operator has drained. */
  readonly told: OriginsTold;
}

/** Of one origin, from both sources. */
export interface Belief {
  readonly standing: Standing;
  readonly told: OriginTold | undefined;
}

interface Believed {
  readonly tier: number;
  readonly candidates: readonly { readonly origin: Origin; readonly belief: Belief }[];
}

/**
 * The best group first. The pool's algorithm chooses within a group. The next group is used only if the group before has no origin
 * left. Tier by tier: the origins on probation that nobody tries yet, then the usable ones. Then, instead of giving up, those that
 * are out, again tier by tier, unless the pool forbids it. If too few are usable, all are used as if they were good.
 *
 * `mayTry`: the request would be repeated at another origin if the trial failed.
 */
export function candidateGroups(
  pool: Pool,
  known: Known,
  now: number,
  mayTry = true,
): readonly CandidateGroup[] {
  if (known.seen.size === 0 && known.told.size === 0) return pool.groups;
  const tiers = pool.groups.map(({ tier, candidates }) => ({
    tier,
    candidates: candidates
      .map(({ origin }) => ({ origin, belief: beliefIn(pool, origin, known, now) }))
      .filter(({ belief }) => belief.told?.drained !== true),
  }));
  if (isInPanic(pool, tiers)) return tiers.flatMap((tier) => grouped("usable", tier, () => true));
  const first = tiers.flatMap((tier) => [
    ...grouped("trial", tier, (belief) => isToBeTried(belief, now, mayTry)),
    ...grouped("usable", tier, isUsable),
  ]);
  if (!pool.outlier.asksWhenAllOut) return first;
  return [...first, ...tiers.flatMap((tier) => grouped("last-resort", tier, (belief) => !isUsable(belief)))];
}

export function beliefIn(pool: Pool, origin: Origin, known: Known, now: number): Belief {
  const told = toldOf(pool, origin, known.told);
  return { standing: slowed(standingAt(known.seen.get(origin.id), now), told, pool, now), told };
}

const toldOf = (pool: Pool, origin: Origin, told: OriginsTold): OriginTold | undefined =>
  told.size === 0 ? undefined : told.get(originName(pool.id, origin.id));

/**
 * The origins that are out although probes have found them good since they were ejected, and since when. Their time is over: a request may
 * try them.
 */
export function foundGood(pool: Pool, { seen, told }: Known): { origin: string; at: number }[] {
  if (seen.size === 0 || told.size === 0) return [];
  return pool.inService.flatMap((origin) => {
    const remembered = seen.get(origin.id);
    const at = toldOf(pool, origin, told)?.backSince;
    if (remembered?.kind !== "out" || at === undefined) return [];
    return at > remembered.since && at < remembered.until ? [{ origin: origin.id, at }] : [];
  });
}

/** Whether a request to it is likely to fail: it has failed, and has not answered well since. */
export function isDoubtful({ id }: Origin, { seen }: Known): boolean {
  const remembered = seen.get(id);
  return remembered?.kind === "out" || (remembered !== undefined && remembered.inARow > 0);
}

/** Whether it gets its share of the requests. */
export const isUsable = ({ standing, told }: Belief): boolean =>
  standing.kind === "good" && told?.down === undefined && told?.drained !== true;

/** Whether no origin gets its share: each one is ejected, on probation, down or drained. */
export function areAllOut(pool: Pool, known: Known, now: number): boolean {
  return pool.inService.every((origin) => !isUsable(beliefIn(pool, origin, known, now)));
}

/**
 * Whether its probes and its traffic both say of each origin that it is out. Then a request that may not be repeated is better off without
 * an attempt: nobody could tell afterwards whether it was carried out. One of the two alone may be wrong.
 */
export function areSurelyOut(pool: Pool, known: Known, now: number): boolean {
  if (known.told.size === 0 || known.seen.size === 0) return false;
  return pool.inService.every((origin) => {
    const { standing, told } = beliefIn(pool, origin, known, now);
    return told?.drained === true || (told?.down !== undefined && standing.kind === "ejected");
  });
}

/**
 * A request that may not be repeated is lost if the trial fails. It tries an origin only if no other request has come to do so for as
 * long as the origin was ejected. Where probes find the origin down, they are the ones that try it.
 */
export function isToBeTried({ standing, told }: Belief, now: number, mayTry: boolean): boolean {
  if (standing.kind !== "probation" || standing.isTried || told?.down) return false;
  return mayTry || now - standing.until >= standing.until - standing.since;
}

function isInPanic({ outlier }: Pool, tiers: readonly Believed[]): boolean {
  if (outlier.panic === 0) return false;
  const all = tiers.flatMap(({ candidates }) => candidates);
  const usable = all.filter(({ belief }) => isUsable(belief));
  return usable.length < all.length * outlier.panic;
}

function grouped(
  role: CandidateGroup["role"],
  { tier, candidates }: Believed,
  takes: (belief: Belief) => boolean,
): CandidateGroup[] {
  const taken = candidates.filter(({ belief }) => takes(belief));
  if (taken.length === 0) return [];
  return [
    {
      role,
      tier,
      candidates: taken.map(({ origin, belief }) => ({ origin, weight: weightOf(origin, belief) })),
    },
  ];
}

/** Its weight, less while it returns. */
export const weightOf = ({ weight }: Origin, { standing }: Belief): number =>
  standing.kind === "good" ? weight * standing.share : weight;

/** An origin that probes have found good again returns as slowly as one that a request has found good. */
function slowed(standing: Standing, told: OriginTold | undefined, { outlier }: Pool, now: number): Standing {
  if (standing.kind !== "good" || told?.backSince === undefined) return standing;
  const share = grownShare(told.backSince, outlier.slowStartMs, now);
  return share < standing.share ? { kind: "good", share } : standing;
}
