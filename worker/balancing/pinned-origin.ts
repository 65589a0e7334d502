// May a client that is bound to an origin be sent there now?
import { beliefIn, candidateGroups, isToBeTried, type Known } from "./candidates.ts";
import type { Pin } from "./pin.ts";
import type { Origin, Pool } from "./pool.ts";

/** What is known when an origin is to be chosen. */
export interface Binding {
  readonly pin: Pin | undefined;
  readonly known: Known;
  readonly tried: ReadonlySet<string>;
  readonly now: number;
  /** It may try an origin that is on probation: it would be repeated if that failed. */
  readonly mayTry: boolean;
}

/**
 * Undefined if the pool's algorithm is to choose. `out`: the origin is out, and the client takes no other. An origin that is being
 * drained still serves its own clients. An origin that was taken out of service in the site file serves none, and so binds none.
 */
export function pinnedOrigin(pool: Pool, binding: Binding): Origin | "out" | undefined {
  const { pin, tried } = binding;
  // Another attempt leaves the pin out: its origin has just failed.
  if (!pin || (tried.size > 0 && !takesNoOther(pool, pin))) return undefined;
  const origin = boundTo(pool, pin);
  if (!origin || isGood(pool, origin, binding)) return origin;
  return takesNoOther(pool, pin) ? "out" : undefined;
}

/** Whether the client is refused rather than sent to another origin. */
export const takesNoOther = (pool: Pool, pin: Pin | undefined): boolean =>
  pin !== undefined && pool.sticky?.when === "refuse" && boundTo(pool, pin) !== undefined;

const boundTo = ({ origins }: Pool, pin: Pin): Origin | undefined =>
  origins.find(({ id, state, weight }) => id === pin.origin && state !== "off" && weight > 0);

/** A drained origin is good for its own clients. If all of the pool are used as if they were good, or are out, it is as good as any. */
function isGood(pool: Pool, origin: Origin, { known, now, mayTry }: Binding): boolean {
  const belief = beliefIn(pool, origin, known, now);
  if (belief.standing.kind === "good" && belief.told?.down === undefined) return true;
  if (isToBeTried(belief, now, mayTry)) return true;
  const groups = candidateGroups(pool, known, now, mayTry);
  const isAllOut = groups.every(({ role }) => role === "last-resort");
  return groups.some(
    ({ role, candidates }) =>
      (role === "usable" || isAllOut) && candidates.some((candidate) => candidate.origin === origin),
  );
}
