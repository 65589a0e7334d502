// Which data centres have applied which revision? Known from the reports of the last minute. This makes the receipt of a purge.
import { err, ok, type Result } from "../../shared/result.ts";
import type { KeeperState } from "./keeper-state.ts";
import { REPORT_EVERY_MS, type Report, USUAL_REFRESH_MS } from "./report.ts";

/** An isolate that has not reported for so long has ended, or has no traffic and reads a new snapshot before it serves again. */
export const REPORTED_WITHIN_MS = 60_000;
/** Until every isolate with traffic has reported to a keeper that has just started and knows of none. */
export const LISTENS_FIRST_MS = 15_000;
/**
 * Until no data centre's cache has a snapshot from before a change. An isolate that starts in the meantime may begin with such a
 * one, but has reported by then.
 */
export const SPREADS_WITHIN_MS = 5_000;
const MAX_ISOLATES = 5_000;
/** Confirmations of so many revisions are remembered for each isolate. */
const MAX_CONFIRMED = 16;

export interface Places {
  /** Since when reports are received. They are kept in memory only, so a keeper that has just started knows of none. */
  readonly listeningSince: number;
  /** When the last report came. */
  readonly heardAt: number;
  /** By isolate, the one that has reported least recently first. */
  readonly isolates: ReadonlyMap<string, Reporter>;
}

interface Reporter {
  readonly place: string;
  readonly reportedAt: number;
  readonly refreshMs: number;
  /** What was reported and when, oldest first. */
  readonly confirmed: readonly Confirmed[];
}

interface Confirmed {
  readonly revision: number;
  readonly at: number;
}

export const noPlaces = (now: number): Places => ({
  listeningSince: now,
  heardAt: now,
  isolates: new Map(),
});

/** After the clock was set back, times of before say nothing: every isolate with traffic is waited for anew. */
const byThisClock = (places: Places, now: number): Places => (now < places.heardAt ? noPlaces(now) : places);

export function observeReport(
  before: Places,
  { isolate, place, revision, refreshMs = USUAL_REFRESH_MS }: Report,
  now: number,
): Places {
  const places = byThisClock(before, now);
  const isolates = new Map(places.isolates);
  const known = isolates.get(isolate);
  const earlier = known && isRecent(known.reportedAt, now) ? known.confirmed : [];
  isolates.delete(isolate); // so that it moves to the end
  for (const [oldest, { reportedAt }] of isolates) {
    if (isRecent(reportedAt, now) && isolates.size < MAX_ISOLATES) break;
    isolates.delete(oldest);
  }
  const isNews = revision > (earlier.at(-1)?.revision ?? -1);
  const confirmed = isNews ? [...earlier, { revision, at: now }].slice(-MAX_CONFIRMED) : earlier;
  isolates.set(isolate, { place, reportedAt: now, refreshMs, confirmed });
  return { ...places, heardAt: now, isolates };
}

export interface Receipt {
  readonly revision: number;
  /** Every data centre that reported in the last minute has confirmed the revision. */
  readonly isComplete: boolean;
  /** Every one of them has confirmed the revision, or has had no request for so long that it asks for it before its next answer. */
  readonly isSettled: boolean;
  /** By name. */
  readonly places: readonly PlaceReceipt[];
}

export interface PlaceReceipt {
  readonly place: string;
  readonly isolates: number;
  /**
   * When the last of its isolates confirmed the revision or a later one; null if one has not yet. An isolate that knows a revision that
   * was never made follows another keeper, which has been lost.
   */
  readonly confirmedAt: number | null;
  /** Of its isolates, those that have not confirmed it have no traffic. */
  readonly isQuiet?: true;
}

export type ReceiptObjection = { readonly reason: "unknown-revision" };

export function receiptOf(
  known: Places,
  state: Pick<KeeperState, "revision" | "changedAt">,
  revision: number,
  now: number,
): Result<Receipt, ReceiptObjection> {
  if (revision > state.revision) return err({ reason: "unknown-revision" });
  const { listeningSince, isolates } = byThisClock(known, now);
  const places = new Map<string, PlaceReceipt>();
  const busy = new Set<string>();
  for (const reporter of isolates.values()) {
    const { place, reportedAt, confirmed } = reporter;
    if (!isRecent(reportedAt, now)) continue;
    const own =
      confirmed.find((one) => one.revision >= revision && one.revision <= state.revision)?.at ?? null;
    const other = places.get(place);
    const confirmedAt = other ? latest(own, other.confirmedAt) : own;
    if (own === null && !isQuiet(reporter, now)) busy.add(place);
    places.set(place, { place, isolates: (other?.isolates ?? 0) + 1, confirmedAt });
  }
  const listed = [...places.values()]
    .map((one) =>
      one.confirmedAt === null && !busy.has(one.place) ? { ...one, isQuiet: true as const } : one,
    )
    .sort((one, other) => (one.place < other.place ? -1 : 1));
  // A change that seems to come was made before the clock was set back, and listening has taken longer since.
  const isSpread = state.changedAt > now || now - state.changedAt >= SPREADS_WITHIN_MS;
  const hasHeardAll = now - listeningSince >= LISTENS_FIRST_MS && isSpread;
  const isComplete = hasHeardAll && listed.every(({ confirmedAt }) => confirmedAt !== null);
  const isSettled = hasHeardAll && busy.size === 0;
  return ok({ revision, isComplete, isSettled, places: listed });
}

/**
 * An isolate with traffic reports at its first reading after ten seconds, and readings are a refresh apart, or a quarter more. So one
 * that has been silent for longer was idle for longer than a request may find the snapshot unread (IDLE_AFTER_MS of the shelf): its next
 * request reads the snapshot first. The third refresh is for what the calls themselves take.
 */
const isQuiet = ({ reportedAt, refreshMs }: Reporter, now: number): boolean =>
  now - reportedAt > REPORT_EVERY_MS + 3 * Math.max(refreshMs, USUAL_REFRESH_MS);

const isRecent = (reportedAt: number, now: number): boolean => now - reportedAt <= REPORTED_WITHIN_MS;

const latest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : Math.max(one, other);
