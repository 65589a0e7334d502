// A response that is not kept: does it make the one that is held worthless all the same? (RFC 9111 §4.3.3: a full
// response tells that what was held is not suitable.) A page that is gone, or is private now, would else be served
// stale for as long as the old one allowed.
import { headersOf, type ResponseEntry } from "../entry.ts";
import { sameRepresentation } from "./freshen.ts";
import { judge, mayStandIn } from "./judge.ts";
import { isPassingTrouble } from "./status-codes.ts";
import type { StorageObjection } from "./storable.ts";

/** They speak of the request and not of the page: for others nothing has changed. */
const OF_THE_REQUEST: ReadonlySet<StorageObjection> = new Set([
  "authorization",
  "request-no-store",
  "method-not-cacheable",
  "selector-spelt-twice",
]);

/** They tell what the URL leads to now; an error, a part or a "not modified" does not. */
export const TELLING: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 410, 451,
]);

export function supersedes(status: number, objection: StorageObjection): boolean {
  return TELLING.has(status) && isOfThePage(objection);
}

export const isOfThePage = (objection: StorageObjection): boolean => !OF_THE_REQUEST.has(objection);

/**
 * Would the error take the place of a page that may still be served, be it stale? Even an error with a lifetime of its own
 * is worse than that page: it would be gone when the origin fails for longer.
 */
export function isWorseThan(held: ResponseEntry | undefined, status: number, now: number): boolean {
  if (!held || !isPassingTrouble(status) || isPassingTrouble(held.status)) return false;
  return (
    judge(held, now).kind !== "revalidate" ||
    mayStandIn(held, "error", now) ||
    mayStandIn(held, "disconnected", now)
  );
}

/**
 * An older response never takes the place of a newer one: which is which, the times tell when the two were asked for. A newer
 * error is no reason to lose a page, though, and a newer part of it none to lose the whole.
 */
export function isOutdatedBy(entry: ResponseEntry, there: ResponseEntry): boolean {
  if (there.requestedAt <= entry.requestedAt) return false;
  if (isPassingTrouble(there.status) && !isPassingTrouble(entry.status)) return false;
  return there.part === null || !sameRepresentation(there, headersOf(entry.headers));
}
