// The validators that compare two representations: entity tags and dates. RFC 9110 §8.8.
import { isUnreadable } from "../../../shared/unreadable.ts";
import type { ResponseEntry } from "../entry.ts";
import { parseHttpDate } from "./http-date.ts";

export type HeaderPairs = ResponseEntry["headers"];

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
