// The buckets of one shard of the keys of a site: what the object that counts exactly keeps in memory, and which of them have changed
// since they were last written down.
import { BucketTables, type TableBounds } from "./bucket-tables.ts";
import type { HashKey } from "./keyed-hash.ts";
import { type Allowance, allowanceOf, type Withdrawal } from "./withdrawal.ts";

/** 1 MB. With the other shards of the site: two million buckets. */
export const SHARD_BOUNDS: TableBounds = { slots: 65_536, limits: 256 };

/** A bucket that is full sooner is not worth writing down. */
const WORTH_WRITING_MS = 2_000;
/** Between two writes. Beyond it, changes are not written, and lost if the object is restarted in that moment. */
const MAX_CHANGED = 20_000;

export interface Bucket {
  readonly counts: string;
  readonly key: string;
  readonly fullAt: number;
}

export class ExactShard {
  readonly #tables: BucketTables;
  readonly #changed = new Map<string, Bucket>();

  constructor(key: HashKey) {
    this.#tables = new BucketTables(key, SHARD_BOUNDS);
  }

  get hasChanged(): boolean {
    return this.#changed.size > 0;
  }

  take({ counts, key, cost, shape }: Withdrawal, now: number): Allowance {
    const taken = this.#tables.take(counts, key, now, cost, shape);
    if (taken.admitted && cost > 0) this.#changes({ counts, key, fullAt: taken.fullAt }, now);
    return allowanceOf(taken);
  }

  charge({ counts, key, cost, shape }: Withdrawal, now: number): void {
    this.#changes({ counts, key, fullAt: this.#tables.charge(counts, key, now, cost, shape) }, now);
  }

  restore(buckets: Iterable<Bucket>, now: number): void {
    for (const { counts, key, fullAt } of buckets) this.#tables.restore(counts, key, now, fullAt);
  }

  /** What is to be written down. */
  takeChanged(): Bucket[] {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    return changed;
  }

  #changes(bucket: Bucket, now: number): void {
    if (bucket.fullAt - now < WORTH_WRITING_MS) return;
    const at = `${bucket.counts}\n${bucket.key}`;
    if (this.#changed.size < MAX_CHANGED || this.#changed.has(at)) this.#changed.set(at, bucket);
  }
}
