// What the keeper of a site knows of the address lists that it reads: which are wanted, which are due, and what came of the last
// readings. Plain JSON, without the lists themselves. What was read last stays in force, whatever comes after it. Pure.
import { type ListObjection, MAX_LIST_RANGES } from "./list-text.ts";
import { isListKey, type ListWanted, listKey, MAX_WANTED } from "./list-wanted.ts";
import { isListDigest, type ListsTold, NO_LISTS_TOLD } from "./lists-told.ts";

export interface ListKept extends ListWanted {
  /** When an isolate last told of it. */
  readonly toldAt: number;
  readonly dueAt: number;
  /** What is in force; absent if it was never read. */
  readonly good?: ListGood;
  /** Absent if the last reading went well. */
  readonly failing?: ListFailing;
}

export interface ListGood {
  readonly digest: string;
  readonly ranges: number;
  /** When it was last known to be what its publisher has. */
  readonly at: number;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface ListFailing {
  /** A word: `timeout`, `404`, `html`. */
  readonly because: string;
  readonly since: number;
  readonly times: number;
}

/** By listKey. */
export type Listing = Readonly<Record<string, ListKept>>;

export const NO_LISTING: Listing = {};

export type ListResult =
  | { readonly kind: "read"; readonly good: Omit<ListGood, "at">; readonly skipped: number }
  | { readonly kind: "unchanged" }
  | { readonly kind: "failed"; readonly because: ListFailure };

/** `redirect`, a status, how the connection failed, or what is wrong with the text. */
export type ListFailure =
  | "secret-missing"
  | "connect"
  | "timeout"
  | "too-large"
  | "too-many-together"
  | "redirect"
  | ListObjection
  | `${number}`;

/** Reading pauses if no isolate has told of the list for so long: then nobody asks for it. */
const PAUSES_AFTER_MS = 600_000;
/** A list that nobody has told of for so long, while others were told, is forgotten. */
const FORGOTTEN_AFTER_MS = 86_400_000;
const FIRST_RETRY_MS = 60_000;

/** What an isolate has told. The same object if it is nothing. */
export function hearLists(before: Listing, told: readonly ListWanted[], now: number): Listing {
  if (told.length === 0) return before;
  const wanted = told.map((list) => [listKey(list), list] as const);
  const names = new Set(wanted.map(([key]) => key));
  const others = Object.entries(before).filter(
    ([key, { toldAt }]) => !names.has(key) && now - toldAt < FORGOTTEN_AFTER_MS,
  );
  const heard = wanted.map(([key, list]) => [key, heardOf(list, before[key], now)] as const);
  return Object.fromEntries([...heard, ...others].slice(0, MAX_WANTED));
}

function heardOf(list: ListWanted, known: ListKept | undefined, now: number): ListKept {
  if (!known) return { ...list, toldAt: now, dueAt: now };
  // It may be wanted more often than before, and the clock may have been set back.
  const dueAt = Math.min(known.dueAt, now + list.everyMs);
  return { ...known, ...list, toldAt: now, dueAt };
}

/** Those that have failed come last: a publisher that hangs holds up the others least. */
export function dueLists(listing: Listing, now: number): readonly ListKept[] {
  const due = Object.values(listing).filter((list) => !isPaused(list, now) && list.dueAt <= now);
  return due.sort((a, b) => (a.failing?.times ?? 0) - (b.failing?.times ?? 0));
}

/** Of all lists of a site: an isolate holds those of many sites in 32 MB, and one site must not push out the others'. */
const MAX_RANGES_OF_SITE = 2 * MAX_LIST_RANGES;

/** What was read, or why it cannot be taken beside the other lists of the site. */
export function taken(listing: Listing, key: string, result: ListResult): ListResult {
  if (result.kind !== "read") return result;
  const others = Object.entries(listing).flatMap(([other, { good }]) =>
    other !== key && good ? [good.ranges] : [],
  );
  const sum = others.reduce((total, ranges) => total + ranges, result.good.ranges);
  return sum > MAX_RANGES_OF_SITE ? { kind: "failed", because: "too-many-together" } : result;
}

/** Undefined while nothing is wanted. */
export function nextListAt(listing: Listing, now: number): number | undefined {
  const due = Object.values(listing).flatMap((list) => (isPaused(list, now) ? [] : [list.dueAt]));
  return due.length === 0 ? undefined : Math.max(now, Math.min(...due));
}

const isPaused = ({ toldAt }: ListKept, now: number): boolean => now - toldAt >= PAUSES_AFTER_MS;

/** The list may no longer be wanted. */
export function observeList(before: Listing, key: string, result: ListResult, now: number): Listing {
  const known = before[key];
  return known ? { ...before, [key]: afterReading(known, result, now) } : before;
}

function afterReading({ failing, ...known }: ListKept, result: ListResult, now: number): ListKept {
  const { good, everyMs } = known;
  if (result.kind === "failed" || (result.kind === "unchanged" && !good)) {
    const because = result.kind === "failed" ? result.because : "304";
    const times = (failing?.times ?? 0) + 1;
    const again = Math.min(everyMs, FIRST_RETRY_MS * 2 ** Math.min(times - 1, 20));
    return { ...known, dueAt: now + again, failing: { because, since: failing?.since ?? now, times } };
  }
  const dueAt = now + everyMs;
  return result.kind === "unchanged" && good
    ? { ...known, dueAt, good: { ...good, at: now } }
    : { ...known, dueAt, ...(result.kind === "read" && { good: { ...result.good, at: now } }) };
}

/** The same object as before if isolates need not be told. */
export function listsToldOf(listing: Listing, before: ListsTold): ListsTold {
  const told = Object.entries(listing).flatMap(([key, { good }]) =>
    good ? [[key, good.digest] as const] : [],
  );
  const isSame =
    told.length === Object.keys(before).length && told.every(([key, digest]) => before[key] === digest);
  if (isSame) return before;
  return told.length === 0 ? NO_LISTS_TOLD : Object.fromEntries(told);
}

/** As it was stored. What cannot be read is forgotten: isolates tell it again, and it is read again. */
export function readListing(value: unknown): Listing {
  if (typeof value !== "object" || value === null) return NO_LISTING;
  const read = Object.entries(value).filter(([key, list]) => isListKey(key) && isKept(list));
  return Object.fromEntries(read);
}

function isKept(value: unknown): value is ListKept {
  if (typeof value !== "object" || value === null) return false;
  const { name, url, everyMs, toldAt, dueAt, good, failing } = value as Record<string, unknown>;
  return (
    typeof name === "string" &&
    typeof url === "string" &&
    [everyMs, toldAt, dueAt].every(Number.isFinite) &&
    (good === undefined || isGood(good)) &&
    (failing === undefined || typeof failing === "object")
  );
}

function isGood(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { digest, ranges, at } = value as Record<string, unknown>;
  return typeof digest === "string" && isListDigest(digest) && [ranges, at].every(Number.isFinite);
}
