// How fast does an origin answer? A moving average that follows a slow answer at once and forgets it gradually (peak EWMA, as in
// Finagle): an origin that becomes slow is avoided after its first slow answer, not after its tenth.

export interface PeakLatency {
  readonly ms: number;
  readonly at: number;
}

/** In this time two thirds of what was seen is forgotten. */
const FORGOTTEN_IN_MS = 10_000;

/** Below this, what was seen says nothing any more. */
const NOTHING_MS = 0.1;

export function withLatency(before: PeakLatency | undefined, ms: number, now: number): PeakLatency {
  if (before === undefined || ms >= before.ms) return { ms, at: now };
  const kept = keptAfter(now - before.at);
  return { ms: before.ms * kept + ms * (1 - kept), at: now };
}

/**
 * The average sinks while nothing is seen, so that an origin that was slow is asked again. Undefined if nothing has been seen
 * lately.
 */
export function latencyAt(seen: PeakLatency | undefined, now: number): number | undefined {
  if (seen === undefined) return undefined;
  const ms = seen.ms * keptAfter(now - seen.at);
  return ms < NOTHING_MS ? undefined : ms;
}

const keptAfter = (ms: number): number => Math.exp(-Math.max(0, ms) / FORGOTTEN_IN_MS);
