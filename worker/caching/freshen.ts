// A stored response takes over what a newer message says of it: a 304 (RFC 9111 §3.2, §4.3.4), a HEAD's 200 (§4.3.5).
import { hasUnreadable, isUnreadable } from "../../shared/unreadable.ts";
import type { ResponseEntry } from "./entry.ts";
import { fieldOf, type HeaderPairs, stronglyMatches, weaklyMatches } from "./validators.ts";

/** Fields that describe the stored bytes, and so stay with them (§3.2). */
const OF_THE_BYTES: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
]);

/** Each field of the newer message replaces those of its name. */
export function mergeHeaders(
  stored: HeaderPairs,
  newer: Headers,
  keep: ReadonlySet<string> = OF_THE_BYTES,
): HeaderPairs {
  const replaced = new Set([...newer.keys()].filter((name) => !keep.has(name)));
  return [
    ...stored.filter(([name]) => !replaced.has(name)),
    ...[...newer].filter(([name]) => replaced.has(name)),
  ];
}

/**
 * Is the 304 about the response that we hold? By its tag, else by its date; without either it means ours (§4.3.4). A weak
 * tag is as good: some servers weaken the tag of what they compress, and not that of the 304.
 */
export function isAbout(entry: ResponseEntry, notModified: Headers): boolean {
  if (hasUnreadable(notModified)) return false; // what it says cannot be taken over: the whole is to be fetched
  const etag = notModified.get("etag");
  if (etag !== null) {
    const held = fieldOf(entry.headers, "etag");
    return held !== null && weaklyMatches(etag, held);
  }
  const modified = notModified.get("last-modified");
  const held = fieldOf(entry.headers, "last-modified");
  return modified === null || held === null || modified === held;
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
