// The ledger of a site's requests in the keeper's own database. A keeper that nobody asks for ten seconds is taken out of memory, so
// without it most sites would count from zero again and again. Rows that are written cost money: it writes three every ten
// seconds at most.
import { parsedJson } from "../../shared/parsed-json.ts";
import { readCounts } from "../keeping/counts.ts";
import { type Ledger, newLedger, type Slot } from "../keeping/ledger.ts";

const WRITE_EVERY_MS = 10_000;

type Ring = "hour" | "week";

export class LedgerOnDisk {
  readonly #sql: SqlStorage;
  /** Not on disk yet. */
  #unwritten: Ledger | undefined;
  #writtenAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #newest = new Map<Ring, number>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS totals (id INTEGER PRIMARY KEY, since INTEGER NOT NULL, json TEXT NOT NULL)",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS slots (ring TEXT, at INTEGER, json TEXT NOT NULL, PRIMARY KEY (ring, at)) WITHOUT ROWID",
    );
  }

  /** What cannot be read is left out: counts are worth no keeper that does not start. */
  load(now: number): Ledger {
    const fresh = { ...newLedger(now), hour: this.#slots("hour"), week: this.#slots("week") };
    const [row] = this.#sql.exec<{ since: number; json: string }>(
      "SELECT since, json FROM totals WHERE id = 0",
    );
    const totals = row && readCounts(parsedJson(row.json));
    return totals ? { ...fresh, since: row.since, totals } : fresh;
  }

  /** At once if the last writing is old enough, otherwise when it will be. */
  save(ledger: Ledger, now: number): void {
    this.#unwritten = ledger;
    const waitMs = this.#writtenAt + WRITE_EVERY_MS - now;
    if (waitMs <= 0 || waitMs > WRITE_EVERY_MS) this.write(now);
    else this.#timer ??= setTimeout(() => this.write(now + waitMs), waitMs);
  }

  /** Before anybody is told: what was told is never taken back. */
  write(now: number): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    const ledger = this.#unwritten;
    if (!ledger) return;
    const { since, totals, hour, week } = ledger;
    this.#sql.exec(
      "INSERT OR REPLACE INTO totals (id, since, json) VALUES (0, ?, ?)",
      since,
      JSON.stringify(totals),
    );
    this.#writeSlot("hour", hour);
    this.#writeSlot("week", week);
    this.#unwritten = undefined;
    this.#writtenAt = now;
  }

  /** Those that have ended since the last writing, and the newest one. */
  #writeSlot(ring: Ring, slots: readonly Slot[]): void {
    const last = this.#newest.get(ring) ?? 0;
    const changed = slots.filter(({ at }) => at >= last);
    for (const { at, counts } of changed) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO slots (ring, at, json) VALUES (?, ?, ?)",
        ring,
        at,
        JSON.stringify(counts),
      );
    }
    const newest = changed.at(-1)?.at ?? last;
    if (newest !== last)
      this.#sql.exec("DELETE FROM slots WHERE ring = ? AND at < ?", ring, slots[0]?.at ?? newest);
    this.#newest.set(ring, newest);
  }

  /** Oldest first. */
  #slots(ring: Ring): Slot[] {
    const rows = this.#sql.exec<{ at: number; json: string }>(
      "SELECT at, json FROM slots WHERE ring = ? ORDER BY at",
      ring,
    );
    const slots = [...rows].flatMap(({ at, json }) => {
      const counts = readCounts(parsedJson(json));
      return counts ? [{ at, counts }] : [];
    });
    this.#newest.set(ring, slots.at(-1)?.at ?? 0);
    return slots;
  }
}
