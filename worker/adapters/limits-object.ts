// A shard of the exact limits of a site as a Durable Object: one place for the whole edge, in which the requests of a key are counted one
// after the other. What has changed is written to disk a second later, in one go, because a write for each request would make each
// wait for the disk. So if the machine fails, a second of counting is lost; if the object is only idle, nothing is.
import { type Bucket, ExactShard, SHARD_BOUNDS } from "../admission/limits/exact-shard.ts";
import { readWithdrawal } from "../admission/limits/withdrawal.ts";

const WRITE_AFTER_MS = 1_000;
const CLEAR_EVERY_MS = 60_000;

export class Limits {
  readonly #storage: DurableObjectStorage;
  readonly #shard = new ExactShard(crypto.getRandomValues(new Uint32Array(2)));
  #isWriteDue = false;
  #clearedAt = 0;

  constructor({ storage }: DurableObjectState) {
    this.#storage = storage;
    storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS buckets (counts TEXT, key TEXT, full_at REAL NOT NULL, PRIMARY KEY (counts, key)) WITHOUT ROWID",
    );
    const now = Date.now();
    this.#shard.restore(this.#stored(now), now);
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const withdrawal = readWithdrawal(await request.json().catch(() => undefined));
    if (!withdrawal) return notUnderstood();
    const now = Date.now();
    if (pathname === "/limits/take") {
      const allowance = this.#shard.take(withdrawal, now);
      this.#writeSoon(now);
      return Response.json(allowance);
    }
    if (pathname === "/limits/charge") {
      this.#shard.charge(withdrawal, now);
      this.#writeSoon(now);
      return Response.json(null);
    }
    return notUnderstood();
  }

  alarm(): void {
    this.#isWriteDue = false;
    const now = Date.now();
    for (const { counts, key, fullAt } of this.#shard.takeChanged())
      this.#storage.sql.exec("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?)", counts, key, fullAt);
    if (now - this.#clearedAt < CLEAR_EVERY_MS) return;
    this.#clearedAt = now;
    this.#storage.sql.exec("DELETE FROM buckets WHERE full_at <= ?", now);
    // As in memory, those stay that are the emptiest.
    this.#storage.sql.exec(
      "DELETE FROM buckets WHERE full_at < (SELECT full_at FROM buckets ORDER BY full_at DESC LIMIT 1 OFFSET ?)",
      SHARD_BOUNDS.slots,
    );
  }

  /** The answer does not wait for it: an alarm that is lost is set by the next request. */
  #writeSoon(now: number): void {
    if (this.#isWriteDue || !this.#shard.hasChanged) return;
    this.#isWriteDue = true;
    void this.#storage.setAlarm(now + WRITE_AFTER_MS);
  }

  *#stored(now: number): Generator<Bucket> {
    const rows = this.#storage.sql.exec<{ counts: string; key: string; full_at: number }>(
      "SELECT counts, key, full_at FROM buckets WHERE full_at > ?",
      now,
    );
    for (const { counts, key, full_at: fullAt } of rows) yield { counts, key, fullAt };
  }
}

const notUnderstood = () => new Response("the limiter does not understand this request\n", { status: 400 });
