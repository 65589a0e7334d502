// The validators that compare two representations, entity tags and dates (RFC 9110 §8.8), and the conditions of a request that
// use them.
import { isUnreadable } from "../../../shared/unreadable.ts";
import type { ResponseEntry } from "../entry.ts";
import { parseHttpDate } from "./http-date.ts";

export type HeaderPairs = ResponseEntry["headers"];

/** What a condition is about. */
export type Compared = Pick<ResponseEntry, "status" | "headers" | "receivedAt">;

export function fieldOf(headers: HeaderPairs, name: string): string | null {
  return headers.find(([field]) => field === name)?.[1] ?? null;
}

/** Weak comparison: the W/ prefix is ignored (§8.8.3.2). */
export function weaklyMatches(a: string, b: string): boolean {
  return opaque(a) === opaque(b) && !isUnreadable(a);
}

/** Strong comparison: identical byte for byte. */
export function stronglyMatches(a: string, b: string | null): boolean {
  return a === b && !a.startsWith("W/") && !isUnreadable(a);
}

/** A date is a strong validator only if it is at least a second older than the response (RFC 9110 §8.8.2.2). */
export function isStrongDate(lastModified: string, date: number): boolean {
  const modified = parseHttpDate(lastModified, date);
  return modified !== undefined && modified + 1_000 <= date;
}

/** The entity tags of If-None-Match. A comma inside a tag is not a separator. */
export function parseEntityTags(field: string): string[] {
  return field.match(/(?:W\/)?"[^"]*"|[^\s,]+/g) ?? [];
}

/** Validation needs a representation. A stored 404 or redirect is fetched again (RFC 9110 §13.2.1, RFC 9111 §4.3). */
export const isValidated = (status: number): boolean => status === 200 || status === 206;

/** The fields that validate a stored response (RFC 9111 §4.3.1). */
export function validatingFields(entry: ResponseEntry): [string, string][] {
  const fields: [string, string][] = [];
  if (!isValidated(entry.status)) return fields;
  const etag = fieldOf(entry.headers, "etag");
  const lastModified = fieldOf(entry.headers, "last-modified");
  if (etag !== null) fields.push(["if-none-match", etag]);
  if (lastModified !== null) fields.push(["if-modified-since", lastModified]);
  return fields.filter(([, value]) => !isUnreadable(value));
}

const opaque = (tag: string): string => (tag.startsWith("W/") ? tag.slice(2) : tag);

/**
 * Does the stored response answer the client's conditional request with a 304? RFC 9110 §13, RFC 9111 §4.3.2. Whether the
 * client's copy is current, so that a 304 is enough.
 */
export function isNotModified(request: Headers, entry: Compared, now: number): boolean {
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

/** Whether the client wants only a version that is no longer there: 412 (RFC 9110 §13.1.1, §13.1.4). */
export function preconditionFails(request: Headers, entry: Compared, now: number): boolean {
  if (entry.status !== 200) return false;
  const ifMatch = request.get("if-match");
  const etag = fieldOf(entry.headers, "etag");
  if (ifMatch !== null)
    return ifMatch !== "*" && !parseEntityTags(ifMatch).some((tag) => stronglyMatches(tag, etag));
  const since = parseHttpDate(request.get("if-unmodified-since"), now);
  const modified = parseHttpDate(fieldOf(entry.headers, "last-modified"), now);
  return since !== undefined && modified !== undefined && modified > since;
}

/** Whether the range may be served; if not, the whole representation is sent (RFC 9110 §13.1.5). */
export function ifRangeHolds(request: Headers, entry: Compared, now: number): boolean {
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
