// How old is a stored response? RFC 9111 §4.2.3.

import type { ResponseEntry } from "../entry.ts";
import { parseHttpDate } from "./http-date.ts";

/** Its age when it arrived: the origin's clock and every cache on the way taken into account. */
export function initialAgeMs(headers: Headers, requestedAt: number, receivedAt: number): number {
  const date = parseHttpDate(headers.get("date"), receivedAt) ?? receivedAt;
  const apparentAge = Math.max(0, receivedAt - date);
  const responseDelay = Math.max(0, receivedAt - requestedAt);
  return Math.max(apparentAge, ageValueMs(headers.get("age")) + responseDelay);
}

export function currentAgeMs(entry: ResponseEntry, now: number): number {
  return entry.initialAgeMs + Math.max(0, now - entry.receivedAt);
}

/** The first value counts, and one that is no number does not count at all (RFC 9111 §5.1). */
export function ageValueMs(age: string | null): number {
  const [first = ""] = (age ?? "").split(",", 1);
  return /^\s*\d+\s*$/.test(first) ? Number(first) * 1000 : 0;
}
