// What to do about a call of Cloudflare's API that failed: call again, and when, or give up? Pure. Every call that is made here
// may be repeated: reading, and writing or removing the same keys again.

/** What came of a call. No status: the connection was refused, broke off, or timed out. */
export interface Failed {
  readonly status: number | undefined;
  /** The field as it came. */
  readonly retryAfter: string | null;
  readonly attempt: number;
}

export const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1_000;
/** The rate limit of the API counts over five minutes. */
const LONGEST_PAUSE_MS = 300_000;

/** How long to wait before the next attempt; undefined: give up. */
export function pauseBeforeNext({ status, retryAfter, attempt }: Failed, now: number): number | undefined {
  if (attempt >= ATTEMPTS || !mayPass(status)) return undefined;
  const asked = retryAfter === null ? undefined : pauseAsked(retryAfter, now);
  const pause = asked ?? FIRST_PAUSE_MS * 2 ** (attempt - 1);
  return pause > LONGEST_PAUSE_MS ? undefined : pause;
}

const mayPass = (status: number | undefined): boolean =>
  status === undefined || status === 429 || status >= 500;

/** Retry-After has seconds or a date (RFC 9110 §10.2.3). */
function pauseAsked(retryAfter: string, now: number): number | undefined {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
