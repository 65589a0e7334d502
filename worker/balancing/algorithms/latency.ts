// The faster of two candidates, by what a request would have to wait there: the latency seen lately (peak EWMA), once for each
// request that is under way, and once for this one.
import { twoChoices } from "./two-choices.ts";
import type { Weighed } from "./weighted.ts";

export interface Seen {
  readonly inFlight: number;
  /** In milliseconds; undefined if nothing has been seen lately. */
  readonly latencyMs: number | undefined;
}

/**
 * Origins whose expected waits differ by less than this factor are equally fast, and are shared by weight. Otherwise all isolates
 * would send everything to the origin that is ahead by a hair, until it is not.
 */
export const EQUALLY_FAST = 1.25;

/** What an origin is thought to take that has requests under way and has not answered one: it may be stuck. */
const UNSEEN_BUSY_MS = 1_000;

export function latency<Candidate extends Weighed>(
  candidates: readonly Candidate[],
  seen: (candidate: Candidate) => Seen,
  random: () => number,
): Candidate | undefined {
  const [first, second] = twoChoices(candidates, random);
  if (first === undefined || second === undefined) return first;
  return expectedMs(seen(second)) * EQUALLY_FAST < expectedMs(seen(first)) ? second : first;
}

/** An idle origin that nothing is known of costs nothing, so it is tried, once. */
function expectedMs({ inFlight, latencyMs }: Seen): number {
  if (latencyMs === undefined) return inFlight * UNSEEN_BUSY_MS;
  return latencyMs * (inFlight + 1);
}
