// How long is a request held back before its next attempt? Exponential backoff with full jitter: the pause is a random part of a
// limit that doubles, so that requests which failed together do not return together.

const MOST_DOUBLINGS = 10;
const MOST_MS = 10_000;

export interface Pausing {
  readonly backoffMs: number | null;
  /** How many attempts have been made. */
  readonly attempts: number;
  /** Whether there was no connection, and another origin is asked next: it has not been burdened yet. */
  readonly isElsewhere: boolean;
}

export function pauseMs({ backoffMs, attempts, isElsewhere }: Pausing, random: () => number): number {
  if (backoffMs === null || isElsewhere) return 0;
  const limit = backoffMs * Math.min(MOST_DOUBLINGS, 2 ** (attempts - 1));
  return Math.round(random() * Math.min(limit, MOST_MS));
}
