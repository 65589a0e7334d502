// The address lists of one keeper on disk, as the bytes that isolates get. A row has at most two megabytes on the platform, so a list
// is stored in pieces.

const PIECE_BYTES = 1024 * 1024;

export class ListsOnDisk {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS lists (key TEXT, piece INTEGER, digest TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (key, piece)) WITHOUT ROWID",
    );
  }

  /** Undefined if another version is stored, or none. */
  read(key: string, digest: string): Uint8Array | undefined {
    const rows = [
      ...this.#sql.exec<{ digest: string; bytes: ArrayBuffer }>(
        "SELECT digest, bytes FROM lists WHERE key = ? ORDER BY piece",
        key,
      ),
    ];
    if (rows.length === 0 || rows.some((row) => row.digest !== digest)) return undefined;
    const bytes = new Uint8Array(rows.reduce((sum, row) => sum + row.bytes.byteLength, 0));
    let at = 0;
    for (const row of rows) {
      bytes.set(new Uint8Array(row.bytes), at);
      at += row.bytes.byteLength;
    }
    return bytes;
  }

  /** In place of what was there. The platform makes this one change, because nothing is awaited in between. */
  write(key: string, digest: string, bytes: Uint8Array): void {
    this.#sql.exec("DELETE FROM lists WHERE key = ?", key);
    for (let piece = 0; piece * PIECE_BYTES < bytes.length; piece++) {
      const part = bytes.slice(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES).buffer;
      this.#sql.exec(
        "INSERT INTO lists (key, piece, digest, bytes) VALUES (?, ?, ?, ?)",
        key,
        piece,
        digest,
        part,
      );
    }
  }

  /** All but these. */
  keepOnly(keys: readonly string[]): void {
    const wanted = new Set(keys);
    const stored = [...this.#sql.exec<{ key: string }>("SELECT DISTINCT key FROM lists")];
    for (const { key } of stored)
      if (!wanted.has(key)) this.#sql.exec("DELETE FROM lists WHERE key = ?", key);
  }
}
