// Does a response that is not stored make the stored one invalid? (RFC 9111 §4.3.3: a full response shows that the stored one
// is not suitable.) Otherwise a page that is gone, or is private now, would be served stale for as long as the old response
// allowed.
import { headersOf, type ResponseEntry } from "../entry.ts";
import { sameRepresentation } from "./freshen.ts";
import { judge, mayStandIn } from "./judge.ts";
import { isPassingTrouble } from "./status-codes.ts";
import type { StorageObjection } from "./storable.ts";

/** Objections to the request, not to the page. For other clients nothing has changed. */
const OF_THE_REQUEST: ReadonlySet<StorageObjection> = new Set([
  "authorization",
  "request-no-store",
  "method-not-cacheable",
  "selector-spelt-twice",
]);

/** These tell what the URL leads to now. An error, a part or a 304 does not. */
export const TELLING: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 410, 451,
]);

export function supersedes(status: number, objection: StorageObjection): boolean {
  return TELLING.has(status) && isOfThePage(objection);
}

export const isOfThePage = (objection: StorageObjection): boolean => !OF_THE_REQUEST.has(objection);

/**
 * Would the error replace a page that may still be served, even if stale? An error with a lifetime of its own is worse than
 * that page too: the page would be missing if the origin fails for longer.
 */
export function isWorseThan(held: ResponseEntry | undefined, status: number, now: number): boolean {
  if (!held || !isPassingTrouble(status) || isPassingTrouble(held.status)) return false;
  // What may be served on errors may also be served on a lost connection.
  return judge(held, now).kind !== "revalidate" || mayStandIn(held, "disconnected", now);
}

/**
 * An older response never replaces a newer one. The time of the request decides which one is newer. However, a newer error is
 * no reason to lose a page, and a newer part is no reason to lose the whole of the same representation.
 */
export function isOutdatedBy(entry: ResponseEntry, there: ResponseEntry): boolean {
  if (there.requestedAt <= entry.requestedAt) return false;
  if (isPassingTrouble(there.status) && !isPassingTrouble(entry.status)) return false;
  return there.part === null || !sameRepresentation(there, headersOf(entry.headers));
}
