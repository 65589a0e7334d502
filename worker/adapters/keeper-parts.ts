// The parts of a keeper's state on disk, each a JSON text.

export class KeeperParts {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    // Without a row id, a write is one row and not two, which is what the platform charges.
    sql.exec("CREATE TABLE IF NOT EXISTS parts (name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID");
  }

  /** Undefined if it was never written. Null if it is no JSON. */
  read(name: string): unknown {
    const [row] = this.#sql.exec<{ json: string }>("SELECT json FROM parts WHERE name = ?", name);
    if (!row) return undefined;
    try {
      return JSON.parse(row.json);
    } catch {
      return null;
    }
  }

  write(name: string, value: unknown): void {
    this.#sql.exec("INSERT OR REPLACE INTO parts (name, json) VALUES (?, ?)", name, JSON.stringify(value));
  }
}
