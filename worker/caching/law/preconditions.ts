// Does the stored response answer the client's conditional request with a 304? RFC 9110 §13, RFC 9111 §4.3.2.
import type { ResponseEntry } from "../entry.ts";
import { parseHttpDate } from "./http-date.ts";
import { fieldOf, isStrongDate, parseEntityTags, stronglyMatches, weaklyMatches } from "./validators.ts";

/** Whether the client's copy is current, so that a 304 is enough. */
export function isNotModified(request: Headers, entry: ResponseEntry, now: number): boolean {
  if (entry.status !== 200) return false; // preconditions apply to a representation, not to an error (§13.2.1)
  const ifNoneMatch = request.get("if-none-match");
  if (ifNoneMatch !== null) return matchesAny(ifNoneMatch, fieldOf(entry.headers, "etag"));
  const since = parseHttpDate(request.get("if-modified-since"), now);
  if (since === undefined) return false;
  const modified =
    parseHttpDate(fieldOf(entry.headers, "last-modified"), now) ??
    parseHttpDate(fieldOf(entry.headers, "date"), now) ??
    entry.receivedAt;
  return modified <= since;
}

/** Whether the range may be served; if not, the whole representation is sent (RFC 9110 §13.1.5). */
export function ifRangeHolds(request: Headers, entry: ResponseEntry, now: number): boolean {
  const ifRange = request.get("if-range");
  if (ifRange === null) return true;
  const etag = fieldOf(entry.headers, "etag");
  if (/^(?:W\/)?"/.test(ifRange)) return stronglyMatches(ifRange, etag);
  const lastModified = fieldOf(entry.headers, "last-modified");
  const date = parseHttpDate(fieldOf(entry.headers, "date"), now) ?? entry.receivedAt;
  return ifRange === lastModified && isStrongDate(ifRange, date);
}

function matchesAny(field: string, etag: string | null): boolean {
  if (field === "*") return true;
  return etag !== null && parseEntityTags(field).some((tag) => weaklyMatches(tag, etag));
}
