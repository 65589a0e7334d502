// Updates a stored response from a newer message: a 304 (RFC 9111 §3.2, §4.3.4) or the 200 to a HEAD (§4.3.5).
import { hasUnreadable, isUnreadable } from "../../../shared/unreadable.ts";
import type { ResponseEntry } from "../entry.ts";
import { fieldOf, type HeaderPairs, stronglyMatches, weaklyMatches } from "./validators.ts";

/** Fields that describe the stored bytes, and therefore stay with them (§3.2). */
const OF_THE_BYTES: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
]);

/**
 * Each field of the newer message replaces the stored fields of the same name. A weak entity tag stays. Servers that
 * compress a response weaken its tag, but send the 304 with the strong tag of the uncompressed form, which is not stored here.
 */
export function mergeHeaders(
  stored: HeaderPairs,
  newer: Headers,
  keep: ReadonlySet<string> = OF_THE_BYTES,
): HeaderPairs {
  const keepsTag = fieldOf(stored, "etag")?.startsWith("W/") === true;
  const replaced = new Set(
    [...newer.keys()].filter((name) => !keep.has(name) && !(keepsTag && name === "etag")),
  );
  return [
    ...stored.filter(([name]) => !replaced.has(name)),
    ...[...newer].filter(([name]) => replaced.has(name)),
  ];
}

/**
 * Does the 304 refer to the stored response? The entity tag decides, or else the date. A 304 with neither refers to the
 * stored response (§4.3.4), because the origin was asked about no other. If either tag is weak, a weak match is enough (see
 * above), unless the dates differ.
 */
export function isAbout(entry: ResponseEntry, notModified: Headers): boolean {
  if (hasUnreadable(notModified)) return false; // its fields cannot be stored, so the whole response is fetched
  const etag = notModified.get("etag");
  const heldTag = fieldOf(entry.headers, "etag");
  if (etag !== null) {
    if (heldTag === null || !weaklyMatches(etag, heldTag)) return false;
    if (stronglyMatches(etag, heldTag)) return true;
  }
  const modified = notModified.get("last-modified");
  const held = fieldOf(entry.headers, "last-modified");
  if (held === null) return modified === null || etag !== null;
  return modified === null || modified === held;
}

/** Does the HEAD describe the stored response? If not, the stored response is stale (§4.3.5). */
export function headAgrees(entry: ResponseEntry, head: Headers): boolean {
  for (const name of ["etag", "last-modified"] as const) {
    const value = head.get(name);
    const held = fieldOf(entry.headers, name);
    if (value !== null && held !== null && (value !== held || isUnreadable(value))) return false;
  }
  const length = head.get("content-length");
  const heldLength = fieldOf(entry.headers, "content-length");
  return length === null || heldLength === null || length === heldLength;
}

/** May parts of the two be combined? Only a strong validator proves that both belong to one representation (§3.4). */
export function sameRepresentation(entry: ResponseEntry, headers: Headers): boolean {
  const etag = headers.get("etag");
  const held = fieldOf(entry.headers, "etag");
  return etag !== null && stronglyMatches(etag, held);
}
