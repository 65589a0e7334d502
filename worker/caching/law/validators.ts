// Entity tags and dates by which two representations are compared. RFC 9110 §8.8.
import { isUnreadable } from "../../../shared/unreadable.ts";
import type { ResponseEntry } from "../entry.ts";
import { parseHttpDate } from "./http-date.ts";

export type HeaderPairs = ResponseEntry["headers"];

export function fieldOf(headers: HeaderPairs, name: string): string | null {
  return headers.find(([field]) => field === name)?.[1] ?? null;
}

/** Same representation for all that matters: the weakness flag is ignored (§8.8.3.2). */
export function weaklyMatches(a: string, b: string): boolean {
  return opaque(a) === opaque(b) && !isUnreadable(a);
}

/** The same, byte for byte. */
export function stronglyMatches(a: string, b: string): boolean {
  return a === b && !a.startsWith("W/") && !isUnreadable(a);
}

/** A date is a strong validator only if it is at least a second older than the response (RFC 9110 §8.8.2.2). */
export function isStrongDate(lastModified: string, date: number): boolean {
  const modified = parseHttpDate(lastModified, date);
  return modified !== undefined && modified + 1_000 <= date;
}

/** The tags of If-None-Match; a comma inside a tag separates nothing. */
export function parseEntityTags(field: string): string[] {
  return field.match(/(?:W\/)?"[^"]*"|[^\s,]+/g) ?? [];
}

/** Conditions are about a representation: a stored 404 or redirect is fetched anew (RFC 9110 §13.2.1, RFC 9111 §4.3). */
export const isValidated = (status: number): boolean => status === 200 || status === 206;

/** What to send to learn whether a stored response still holds (RFC 9111 §4.3.1). */
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
