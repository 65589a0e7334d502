// The age of a stored response (RFC 9111 §4.2.3), and how much of its freshness lifetime has passed.
import type { ResponseEntry } from "../entry.ts";
import { MAX_SECONDS } from "./directives.ts";
import { parseHttpDate } from "./http-date.ts";
import type { FreshnessReason } from "./terms.ts";

const OLDEST_MS = MAX_SECONDS * 1000;

/** The age on arrival. It takes into account the origin's clock and the caches on the way. */
export function initialAgeMs(headers: Headers, requestedAt: number, receivedAt: number): number {
  const date = parseHttpDate(headers.get("date"), receivedAt) ?? receivedAt;
  const apparentAge = Math.max(0, receivedAt - date);
  const responseDelay = Math.max(0, receivedAt - requestedAt);
  return Math.min(OLDEST_MS, Math.max(apparentAge, ageValueMs(headers.get("age")) + responseDelay));
}

/** The value of Age. Anything greater than 2^31 seconds is sent as 2^31 (RFC 9111 §1.2.2). */
export function currentAgeMs(entry: ResponseEntry, now: number): number {
  return Math.min(OLDEST_MS, entry.initialAgeMs + sinceArrival(entry, now));
}

/**
 * How much of the freshness lifetime has passed. A lifetime set by the origin starts when the response was generated. A
 * lifetime set by the route starts when the response arrives. Otherwise `ttl: 1h` would never give a hit behind a cache that
 * holds responses for longer, or behind an origin whose clock is an hour slow.
 */
export function lifeOverMs(entry: ResponseEntry, now: number): number {
  return lifeOverOnArrivalMs(entry.terms.because, entry.initialAgeMs) + sinceArrival(entry, now);
}

export const lifeOverOnArrivalMs = (because: FreshnessReason, initialAge: number): number =>
  ROUTES_OWN_WORD.has(because) ? 0 : initialAge;

/** Freshness lifetimes that the route sets. All others come from the origin. */
export const ROUTES_OWN_WORD: ReadonlySet<FreshnessReason> = new Set([
  "route-ttl",
  "status-ttl",
  "default-ttl",
]);

const sinceArrival = ({ receivedAt }: ResponseEntry, now: number): number => Math.max(0, now - receivedAt);

/** The first value counts. A value that is not a number is ignored (RFC 9111 §5.1). */
export function ageValueMs(age: string | null): number {
  const seconds = age?.match(/^(\d+)\s*(?:,|$)/)?.[1] ?? 0;
  return Math.min(OLDEST_MS, Number(seconds) * 1000);
}
