// A stored response takes over what a newer message says of it: a 304 (RFC 9111 §3.2, §4.3.4), a HEAD's 200 (§4.3.5).
import { hasUnreadable, isUnreadable } from "../../../shared/unreadable.ts";
import type { ResponseEntry } from "../entry.ts";
import { fieldOf, type HeaderPairs, stronglyMatches, weaklyMatches } from "./validators.ts";

/** Fields that describe the stored bytes, and so stay with them (§3.2). */
const OF_THE_BYTES: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
]);

/**
 * Each field of the newer message replaces those of its name. A weak tag stays: servers weaken the tag of what they
 * compress, and send a 304 with the strong one of what they would have compressed, which these bytes are not.
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
 * Is the 304 about the response that we hold? By its tag, else by its date; without either it means ours (§4.3.4), since
 * the origin was asked about no other. A tag that is weak on either side is as good (see above), unless the date is another.
 */
export function isAbout(entry: ResponseEntry, notModified: Headers): boolean {
  if (hasUnreadable(notModified)) return false; // what it says cannot be taken over: the whole is to be fetched
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

/** Does the HEAD describe the response that we hold? Else what we hold is stale (§4.3.5). */
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

/** May parts of the two be joined? Only a strong validator proves that they are of one representation (§3.4). */
export function sameRepresentation(entry: ResponseEntry, headers: Headers): boolean {
  const etag = headers.get("etag");
  const held = fieldOf(entry.headers, "etag");
  return etag !== null && held !== null && stronglyMatches(etag, held);
}
