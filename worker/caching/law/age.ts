// How old is a stored response (RFC 9111 §4.2.3), and how much of its life is over?
import type { ResponseEntry } from "../entry.ts";
import { MAX_SECONDS } from "./directives.ts";
import { parseHttpDate } from "./http-date.ts";
import type { FreshnessReason } from "./terms.ts";

const OLDEST_MS = MAX_SECONDS * 1000;

/** Its age when it arrived: the origin's clock and every cache on the way taken into account. */
export function initialAgeMs(headers: Headers, requestedAt: number, receivedAt: number): number {
  const date = parseHttpDate(headers.get("date"), receivedAt) ?? receivedAt;
  const apparentAge = Math.max(0, receivedAt - date);
  const responseDelay = Math.max(0, receivedAt - requestedAt);
  return Math.min(OLDEST_MS, Math.max(apparentAge, ageValueMs(headers.get("age")) + responseDelay));
}

/** What is told as Age: 2^31 seconds stand for whatever is beyond (RFC 9111 §1.2.2). */
export function currentAgeMs(entry: ResponseEntry, now: number): number {
  return Math.min(OLDEST_MS, entry.initialAgeMs + sinceArrival(entry, now));
}

/**
 * What of its freshness lifetime is over. The origin's lifetime began when the response was made. The route's own begins
 * when the response comes: else `ttl: 1h` would never give a hit where a cache stands before the origin, or where its clock
 * is an hour behind.
 */
export function lifeOverMs(entry: ResponseEntry, now: number): number {
  return lifeOverOnArrivalMs(entry.terms.because, entry.initialAgeMs) + sinceArrival(entry, now);
}

export const lifeOverOnArrivalMs = (because: FreshnessReason, initialAge: number): number =>
  ROUTES_OWN_WORD.has(because) ? 0 : initialAge;

/** Lifetimes that the route sets, as told apart from the origin's own. */
export const ROUTES_OWN_WORD: ReadonlySet<FreshnessReason> = new Set([
  "route-ttl",
  "status-ttl",
  "default-ttl",
]);

const sinceArrival = ({ receivedAt }: ResponseEntry, now: number): number => Math.max(0, now - receivedAt);

/** The first value counts, and one that is no number does not count at all (RFC 9111 §5.1). */
export function ageValueMs(age: string | null): number {
  const [first = ""] = (age ?? "").split(",", 1);
  return /^\s*\d+\s*$/.test(first) ? Math.min(OLDEST_MS, Number(first) * 1000) : 0;
}
