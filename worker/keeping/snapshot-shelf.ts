// The snapshots that an isolate keeps between requests, when it reads them again, and what it has reported of them.
import { BoundedMap } from "../../shared/remember.ts";
import { REPORT_EVERY_MS } from "./report.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Known {
  /** Undefined if none has arrived yet. It then is unknown whether a stored response may still be used. */
  readonly snapshot: Snapshot | undefined;
  /** When the last attempt to read one ended, well or not. */
  readonly triedAt: number;
  readonly dueAt: number;
  readonly isFailing: boolean;
}

export interface Reported {
  readonly revision: number;
  readonly at: number;
}

interface Reading {
  readonly since: number;
  /** Resolves when the snapshot has arrived, or could not be read. */
  readonly ended: Promise<void>;
}

export interface SnapshotRules {
  /** With traffic, a snapshot is read again about this often. */
  readonly refreshMs: number;
}

/**
 * If a snapshot has not been asked for during this time, the isolate was idle, and a request waits for the next one. The snapshot
 * that it has may already have been as old as the data centre's cache allows (3 s), and none older than ten seconds may decide.
 */
const IDLE_AFTER_MS = 7_000;
/** A reading of which nothing has been heard for so long is lost: its request may have been cut off. */
const READING_LOST_AFTER_MS = 10_000;
/** So long at most does a request wait. */
export const WAITS_AT_MOST_MS = 300;
/** Without a snapshot the cache is of little use, so the next attempt is soon. */
const RETRY_FIRST_AFTER_MS = 1_000;
/** A forgotten one is read again. */
const MAX_SITES = 1_000;

export class SnapshotShelf {
  readonly #rules: SnapshotRules;
  readonly #known = new BoundedMap<Known>(MAX_SITES);
  readonly #reported = new BoundedMap<Reported>(MAX_SITES);
  readonly #reading = new BoundedMap<Reading>(MAX_SITES);

  constructor(rules: SnapshotRules) {
    this.#rules = rules;
  }

  get(site: string): Known | undefined {
    return this.#known.get(site);
  }

  /**
   * Whether the caller is to read it: it is due, and nobody else is reading it. A clock that was set back may not make a snapshot last,
   * so everything is due then.
   */
  isWanted(site: string, now: number): boolean {
    const known = this.#known.get(site);
    if (known && now < known.dueAt && now >= known.triedAt) return false;
    const reading = this.#reading.get(site);
    return !reading || isPast(reading.since, READING_LOST_AFTER_MS, now);
  }

  begin(site: string, reading: Reading): void {
    this.#reading.set(site, reading);
  }

  end(site: string, reading: Reading): void {
    if (this.#reading.get(site) === reading) this.#reading.delete(site);
  }

  /**
   * The reading that a request waits for, and how long. Only the first reading of an isolate is waited for, and the first after it
   * was idle.
   */
  worthWaiting(
    site: string,
    now: number,
  ): { readonly ended: Promise<void>; readonly ms: number } | undefined {
    const reading = this.#reading.get(site);
    if (!reading) return undefined;
    const known = this.#known.get(site);
    if (known && reading.since - known.triedAt < IDLE_AFTER_MS) return undefined;
    const ms = reading.since + WAITS_AT_MOST_MS - now;
    return ms > 0 ? { ended: reading.ended, ms } : undefined;
  }

  /**
   * Of two snapshots the one with the higher revision stays: the other one comes from the data centre's cache. A keeper that was
   * made anew begins with a higher revision than any before it. `spread` is a random number, so that isolates do not ask all at once.
   */
  keep(site: string, snapshot: Snapshot, now: number, spread: number): void {
    const before = this.#known.get(site)?.snapshot;
    const newest = before && before.revision >= snapshot.revision ? before : snapshot;
    this.#set(site, { snapshot: newest, isFailing: false }, now, this.#rules.refreshMs * around(spread));
  }

  /** The last snapshot stays. Returns whether it is the first failure in a row. */
  fail(site: string, now: number, spread: number): boolean {
    const before = this.#known.get(site);
    const { refreshMs } = this.#rules;
    const againMs = before?.snapshot ? refreshMs : Math.min(refreshMs, RETRY_FIRST_AFTER_MS);
    this.#set(site, { snapshot: before?.snapshot, isFailing: true }, now, againMs * around(spread));
    return before?.isFailing !== true;
  }

  /** Whether the keeper is to be told of this isolate: at its start, when it has applied another revision, and every few seconds. */
  isReportDue(site: string, now: number): boolean {
    const reported = this.#reported.get(site);
    if (!reported || isPast(reported.at, REPORT_EVERY_MS, now)) return true;
    return reported.revision !== (this.#known.get(site)?.snapshot?.revision ?? 0);
  }

  reported(site: string, reported: Reported): void {
    this.#reported.set(site, reported);
  }

  #set(site: string, known: Pick<Known, "snapshot" | "isFailing">, now: number, againMs: number): void {
    this.#known.set(site, { ...known, triedAt: now, dueAt: now + againMs });
  }
}

const isPast = (since: number, ms: number, now: number): boolean => now - since >= ms || now < since;

/** Between 0.75 and 1.25. */
const around = (spread: number): number => 0.75 + spread / 2;
