// The last week of a site's counts in the keeper's own database: one row for each ten minutes, written once a minute at most, so that
// it costs little. A keeper that ends unexpectedly has lost a minute of it.
import { readCounts } from "../keeping/counts.ts";
import type { Slot } from "../keeping/ledger.ts";

const WRITE_EVERY_MS = 60_000;

export class WeekOnDisk {
  readonly #sql: SqlStorage;
  /** The newest slot on disk, and when it was written. */
  #newest: { readonly at: number; readonly writtenAt: number } | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS week (at INTEGER PRIMARY KEY, json TEXT NOT NULL)");
  }

  /** Oldest first. A slot that cannot be read is left out. */
  load(): Slot[] {
    return [...this.#sql.exec<{ at: number; json: string }>("SELECT at, json FROM week ORDER BY at")].flatMap(
      ({ at, json }) => {
        const counts = readCounts(parsed(json));
        return counts ? [{ at, counts }] : [];
      },
    );
  }

  /** `week` is what is in memory. Only its newest slot can have changed. */
  save(week: readonly Slot[], now: number): void {
    const slot = week.at(-1);
    if (!slot) return;
    const isNew = slot.at !== this.#newest?.at;
    const ageMs = now - (this.#newest?.writtenAt ?? 0);
    if (!isNew && ageMs >= 0 && ageMs < WRITE_EVERY_MS) return;
    this.#sql.exec(
      "INSERT OR REPLACE INTO week (at, json) VALUES (?, ?)",
      slot.at,
      JSON.stringify(slot.counts),
    );
    if (isNew) this.#sql.exec("DELETE FROM week WHERE at < ?", week[0]?.at ?? slot.at);
    this.#newest = { at: slot.at, writtenAt: now };
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
