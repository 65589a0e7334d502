// Which pool of a route that names several answers a request, and which one comes next if nobody of it does? The pool is chosen before
// the cache is asked, because its responses are its own.
import { candidateGroups, type Known } from "./candidates.ts";
import type { Pool } from "./pool.ts";
import { distance, type Place } from "./serves.ts";

interface InPool {
  readonly pool: Pool;
}

/** First those that serve the client, the nearest first; then the others. Otherwise in the order of the route. */
export function inOrderFor<Alternative extends InPool>(
  alternatives: readonly Alternative[],
  place: Place,
): readonly Alternative[] {
  const far = (alternative: Alternative) => distance(alternative.pool.serves, place);
  return alternatives.toSorted((a, b) => far(a) - far(b));
}

/**
 * The first of them that has an origin which is not out, or one on probation that the request may try; the first of all if none has.
 * `known` and `mayTry`: of a pool.
 */
export function firstAble<Alternative extends InPool>(
  ordered: readonly Alternative[],
  known: (pool: Pool) => Known,
  now: number,
  mayTry: (pool: Pool) => boolean = () => true,
): Alternative | undefined {
  const able = ordered.find(({ pool }) =>
    candidateGroups(pool, known(pool), now, mayTry(pool)).some(({ role }) => role !== "last-resort"),
  );
  return able ?? ordered[0];
}
