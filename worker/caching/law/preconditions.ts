// Does a stored response answer the client's conditional request with "not modified"? RFC 9110 §13, RFC 9111 §4.3.2.
import type { ResponseEntry } from "../entry.ts";
import { parseHttpDate } from "./http-date.ts";
import { fieldOf, isStrongDate, parseEntityTags, stronglyMatches, weaklyMatches } from "./validators.ts";

/** Whether the client's copy is as good as the stored one: a 304 suffices. */
export function isNotModified(request: Headers, entry: ResponseEntry, now: number): boolean {
  if (entry.status !== 200) return false; // conditions are about a representation, not about an error (§13.2.1)
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

/** Whether a range may be cut from the stored response, or the whole is due (RFC 9110 §13.1.5). */
export function ifRangeHolds(request: Headers, entry: ResponseEntry, now: number): boolean {
  const ifRange = request.get("if-range");
  if (ifRange === null) return true;
  const etag = fieldOf(entry.headers, "etag");
  if (/^(?:W\/)?"/.test(ifRange)) return etag !== null && stronglyMatches(ifRange, etag);
  const lastModified = fieldOf(entry.headers, "last-modified");
  const date = parseHttpDate(fieldOf(entry.headers, "date"), now) ?? entry.receivedAt;
  return lastModified !== null && lastModified === ifRange && isStrongDate(lastModified, date);
}

function matchesAny(field: string, etag: string | null): boolean {
  if (field.trim() === "*") return true;
  return etag !== null && parseEntityTags(field).some((tag) => weaklyMatches(tag, etag));
}
