// What the isolates have reported of a site's requests: the sum of all, and how much of it was when. The last hour is kept in
// slots of ten seconds, the last week in slots of ten minutes.

import { addCounts, type Counts, condensed, NO_COUNTS, readCounts } from "./counts.ts";
import { type ListSeen, readListsSeen } from "./lists-seen.ts";
import { type OriginSeen, readOriginsSeen } from "./origins-seen.ts";

export interface Ledger {
  /** Since when it counts. */
  readonly since: number;
  readonly totals: Counts;
  readonly hour: readonly Slot[];
  readonly week: readonly Slot[];
}

/** Oldest first. A slot in which nothing was reported is left out. */
export interface Slot {
  readonly at: number;
  readonly counts: Counts;
}

interface Ring {
  readonly stepMs: number;
  readonly spanMs: number;
}

const HOUR: Ring = { stepMs: 10_000, spanMs: 3_600_000 };
const WEEK: Ring = { stepMs: 600_000, spanMs: 7 * 86_400_000 };

export const newLedger = (now: number): Ledger => ({ since: now, totals: NO_COUNTS, hour: [], week: [] });

export function enter(ledger: Ledger, counts: Counts, now: number): Ledger {
  const small = condensed(counts);
  return {
    ...ledger,
    totals: addCounts(ledger.totals, counts),
    hour: enterIn(ledger.hour, small, now, HOUR),
    week: enterIn(ledger.week, small, now, WEEK),
  };
}

/** The clock may have been set back: then the newest slot takes it. */
function enterIn(slots: readonly Slot[], counts: Counts, now: number, { stepMs, spanMs }: Ring): Slot[] {
  const at = now - (now % stepMs);
  const newest = slots.at(-1);
  if (newest && newest.at >= at) {
    return [...slots.slice(0, -1), { at: newest.at, counts: addCounts(newest.counts, counts) }];
  }
  return [...slots.filter((slot) => slot.at > at - spanMs), { at, counts }];
}

/** What was reported lately. */
export interface Recent {
  readonly counts: Counts;
  /** How long it took to come together; shorter than was asked for if the ledger is younger. */
  readonly overMs: number;
}

/** Whole slots that have ended, so that it does not depend on how far the present one is. Longer than an hour is told by the week. */
export function recentOf({ since, hour, week }: Ledger, lastMs: number, now: number): Recent {
  const isLong = lastMs > HOUR.spanMs;
  const { stepMs } = isLong ? WEEK : HOUR;
  const end = now - (now % stepMs);
  const start = end - Math.max(stepMs, lastMs - (lastMs % stepMs));
  const counts = (isLong ? week : hour)
    .filter(({ at }) => at >= start && at < end)
    .reduce((sum, slot) => addCounts(sum, slot.counts), NO_COUNTS);
  return { counts, overMs: Math.max(0, end - Math.max(start, since)) };
}

/** What the keeper tells of it, of the origins and of the address lists. */
export interface Tally {
  readonly since: number;
  readonly totals: Counts;
  readonly recent: Recent;
  readonly origins: readonly OriginSeen[];
  readonly lists: readonly ListSeen[];
}

/** As it was received. Undefined if it is something else. */
export function readTally(value: unknown): Tally | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { since, totals: given, recent, origins, lists } = value as Record<string, unknown>;
  const totals = readCounts(given);
  const { counts: lately, overMs } = (recent ?? {}) as Record<string, unknown>;
  const counts = readCounts(lately);
  const isTally = totals && counts && typeof since === "number" && typeof overMs === "number";
  return isTally
    ? {
        since,
        totals,
        recent: { counts, overMs },
        origins: readOriginsSeen(origins),
        lists: readListsSeen(lists),
      }
    : undefined;
}

export const tallyOf = (
  ledger: Ledger,
  lastMs: number,
  now: number,
  origins: readonly OriginSeen[] = [],
): Tally => ({
  since: ledger.since,
  totals: ledger.totals,
  recent: recentOf(ledger, lastMs, now),
  origins,
  lists: [],
});
