// The buckets of all limits of an isolate, or of a shard, within a bound of memory. Each limit has tables of its own, so a flood of
// keys at one limit pushes out no bucket of another. A table grows when it would have to push one out, as long as there is memory.
// A limit with many keys has many small tables rather than a large one, so that no request has to wait while a large one grows.
import { type BucketShape, charge, type Taken, take } from "./bucket.ts";
import { BucketTable } from "./bucket-table.ts";
import { type HashKey, keyedHash } from "./keyed-hash.ts";

/** 1 KB. */
const LEAST_SLOTS = 64;
/** 256 KB: a table of this size is made in a few milliseconds. */
const MOST_SLOTS = 16_384;
/** Beyond one table. Which of them has a bucket is told by the first seven bits of the second half of its hash. */
const TABLES = 128;
const TABLE_SHIFT = 25;
/** A table that is left with fewer buckets than one in so many slots is made smaller, if another one needs the memory. */
const SPARSE = 8;
/** It has to be looked through for that. */
const SHRINK_EVERY_MS = 10_000;

export interface TableBounds {
  /** Of all tables together, sixteen bytes each. */
  readonly slots: number;
  /** Beyond it, the limit whose buckets are full the soonest is forgotten. */
  readonly limits: number;
}

/** At most 34 MB: room for more than a million buckets. */
export const ISOLATE_BOUNDS: TableBounds = { slots: 2_097_152, limits: 4_096 };

/** Of one limit: one, or TABLES. */
type Tables = BucketTable[];

export class BucketTables {
  readonly #bounds: TableBounds;
  readonly #key: HashKey;
  readonly #limits = new Map<string, Tables>();
  readonly #hash = new Uint32Array(2);
  #slots = 0;
  #shrunkAt = Number.NEGATIVE_INFINITY;

  /** `key`: random bits that nobody else knows. */
  constructor(key: HashKey, bounds: TableBounds) {
    this.#key = key;
    this.#bounds = bounds;
  }

  /** Of all tables together. */
  get slots(): number {
    return this.#slots;
  }

  /** `limit` names the limit, and with it the shape. */
  take(limit: string, key: string, now: number, cost: number, shape: BucketShape): Taken {
    keyedHash(key, this.#key, this.#hash);
    const tables = this.#tablesOf(limit, now);
    const table = this.#tableIn(tables);
    const slot = table.find(this.#hash);
    const taken = take(slot < 0 ? 0 : table.fullAt(slot), now, cost, shape);
    if (taken.admitted && cost > 0) this.#put(tables, table, slot, now, taken.fullAt);
    return taken;
  }

  /** Returns when the bucket is full. */
  charge(limit: string, key: string, now: number, cost: number, shape: BucketShape): number {
    keyedHash(key, this.#key, this.#hash);
    const tables = this.#tablesOf(limit, now);
    const table = this.#tableIn(tables);
    const slot = table.find(this.#hash);
    const fullAt = charge(slot < 0 ? 0 : table.fullAt(slot), now, cost, shape);
    this.#put(tables, table, slot, now, fullAt);
    return fullAt;
  }

  /** A bucket as it was before. */
  restore(limit: string, key: string, now: number, fullAt: number): void {
    keyedHash(key, this.#key, this.#hash);
    const tables = this.#tablesOf(limit, now);
    const table = this.#tableIn(tables);
    this.#put(tables, table, table.find(this.#hash), now, fullAt);
  }

  #put(tables: Tables, table: BucketTable, found: number, now: number, fullAt: number): void {
    const slot = found >= 0 ? found : table.slotFor(this.#hash, now);
    const pushesOut = found < 0 && table.fullAt(slot) > now;
    if (pushesOut && this.#grow(tables, table, now)) {
      const roomier = this.#tableIn(tables);
      roomier.put(roomier.slotFor(this.#hash, now), this.#hash, fullAt);
    } else table.put(slot, this.#hash, fullAt);
  }

  #tableIn(tables: Tables): BucketTable {
    const table = tables[indexOf(this.#hash, tables)];
    if (!table) throw new Error("a limit without a table");
    return table;
  }

  #tablesOf(limit: string, now: number): Tables {
    const known = this.#limits.get(limit);
    if (known) return known;
    if (this.#limits.size >= this.#bounds.limits) this.#forgetSoonestFull();
    const tables = [new BucketTable(LEAST_SLOTS, now)];
    this.#limits.set(limit, tables);
    this.#slots += LEAST_SLOTS;
    return tables;
  }

  /** False if there is no memory for it. */
  #grow(tables: Tables, table: BucketTable, now: number): boolean {
    const isWhole = table.slots < MOST_SLOTS;
    if ((!isWhole && tables.length > 1) || !this.#hasRoomFor(table.slots, tables, now)) return false;
    this.#slots += table.slots;
    if (isWhole) {
      tables[tables.indexOf(table)] = table.resized(table.slots * 2, now);
      return true;
    }
    const parts = Array.from({ length: TABLES }, () => new BucketTable((2 * table.slots) / TABLES, now));
    tables.splice(0, 1, ...parts);
    table.forEachLive(now, (hash, fullAt) => {
      const part = parts[indexOf(hash, parts)];
      part?.put(part.slotFor(hash, now), hash, fullAt);
    });
    return true;
  }

  #hasRoomFor(slots: number, growing: Tables, now: number): boolean {
    const fits = () => this.#slots + slots <= this.#bounds.slots;
    if (fits()) return true;
    if (now >= this.#shrunkAt && now < this.#shrunkAt + SHRINK_EVERY_MS) return false;
    this.#shrunkAt = now;
    for (const [limit, tables] of this.#limits) {
      if (tables === growing) continue;
      if (latestFullAt(tables) <= now) this.#forget(limit, tables);
      else for (const [at, table] of tables.entries()) tables[at] = this.#shrunk(table, now);
    }
    return fits();
  }

  #shrunk(table: BucketTable, now: number): BucketTable {
    if (table.slots <= LEAST_SLOTS || table.live(now) * SPARSE >= table.slots) return table;
    const smaller = table.resized(Math.max(LEAST_SLOTS, table.slots / 4), now);
    this.#slots -= table.slots - smaller.slots;
    return smaller;
  }

  #forget(limit: string, tables: Tables): void {
    this.#limits.delete(limit);
    for (const { slots } of tables) this.#slots -= slots;
  }

  #forgetSoonestFull(): void {
    let soonest: readonly [string, Tables] | undefined;
    for (const entry of this.#limits)
      if (!soonest || latestFullAt(entry[1]) < latestFullAt(soonest[1])) soonest = entry;
    if (soonest) this.#forget(...soonest);
  }
}

const indexOf = (hash: Uint32Array, tables: Tables): number =>
  tables.length === 1 ? 0 : (hash[1] ?? 0) >>> TABLE_SHIFT;

/** From then on nothing is lost if they are dropped. */
const latestFullAt = (tables: Tables): number =>
  tables.reduce((latest, table) => Math.max(latest, table.latestFullAt), 0);
