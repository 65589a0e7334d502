import { describe, expect, it } from "vitest";
import type { BucketShape } from "../../../../worker/admission/limits/bucket.ts";
import { BYTES_PER_SLOT } from "../../../../worker/admission/limits/bucket-table.ts";
import { BucketTables, ISOLATE_BOUNDS } from "../../../../worker/admission/limits/bucket-tables.ts";
import { keyedHash } from "../../../../worker/admission/limits/keyed-hash.ts";

const SHAPE: BucketShape = { perUnitMs: 1_000, burst: 5 };
const KEY = new Uint32Array([0x1234_5678, 0x9abc_def0]);
const MEBIBYTE = 1_048_576;

function tablesOf(bounds: Partial<typeof ISOLATE_BOUNDS> = {}) {
  const tables = new BucketTables(KEY, { ...ISOLATE_BOUNDS, ...bounds });
  const take = (key: string, now = 0, limit = "limit") => tables.take(limit, key, now, 1, SHAPE);
  /** How many more requests of this key are admitted. */
  const left = (key: string, now = 0, limit = "limit") => {
    let count = 0;
    while (take(key, now, limit).admitted) count++;
    return count;
  };
  return { tables, take, left };
}

describe("the buckets of an isolate", () => {
  it("are one for each key and each limit", () => {
    const { left } = tablesOf();
    expect(left("a")).toBe(5);
    expect(left("a")).toBe(0);
    expect(left("b")).toBe(5);
    expect(left("a", 0, "another limit")).toBe(5);
  });

  it("hold a million keys in less than 64 MB, and all but a few of them are still limited", () => {
    const { tables, take } = tablesOf();
    for (let at = 0; at < 1_000_000; at++) for (let once = 0; once < 2; once++) take(`client ${at}`);
    expect(tables.slots * BYTES_PER_SLOT).toBeLessThan(64 * MEBIBYTE);
    let forgotten = 0;
    for (let at = 0; at < 1_000_000; at++) if (take(`client ${at}`).remaining !== 2) forgotten++;
    expect(forgotten).toBeLessThan(50);
  });

  it("stay within their bound whatever comes, and go on limiting", () => {
    const { tables, take, left } = tablesOf({ slots: 4_096 });
    for (let at = 0; at < 100_000; at++) take(`flood ${at}`);
    expect(tables.slots).toBeLessThanOrEqual(4_096);
    expect(left("another")).toBe(5);
    expect(left("another")).toBe(0);
  });

  it("keep a bucket that is used up through a flood of other keys: nobody resets his own this way", () => {
    const { left, take } = tablesOf({ slots: 4_096 });
    expect(left("attacker")).toBe(5);
    // A hundred times as many keys as there is room for, within the time of one unit.
    for (let at = 0; at < 400_000; at++) take(`flood ${at}`, at / 1_000);
    expect(left("attacker", 400)).toBe(0);
  });

  it("lose one to those who are emptier only: to get rid of it costs the attacker as many whole buckets as there is room for", () => {
    const { left, take } = tablesOf({ slots: 1_024 });
    const watched = Array.from({ length: 64 }, (_, at) => `attacker ${at}`);
    for (const key of watched) left(key);
    // A quarter of the room, used up to the last unit.
    for (let at = 0; at < 256; at++) left(`flood ${at}`);
    expect(watched.filter((key) => take(key).admitted)).toEqual([]);
  });

  it("of one limit are not pushed out by a flood at another one", () => {
    const { left, take } = tablesOf({ slots: 4_096 });
    for (let at = 0; at < 20; at++) left(`client ${at}`, 0, "quiet");
    for (let at = 0; at < 50_000; at++) left(`flood ${at}`, 0, "flooded");
    for (let at = 0; at < 20; at++) expect(take(`client ${at}`, 0, "quiet").admitted).toBe(false);
  });

  it("give the memory of a flood that is over to those who need it", () => {
    const { tables, take } = tablesOf({ slots: 4_096 });
    for (let at = 0; at < 50_000; at++) take(`flood ${at}`, 0, "flooded");
    expect(tables.slots).toBeGreaterThan(2_048);
    // Its buckets are full again. Some of its clients are still there.
    for (let at = 0; at < 10; at++) take(`flood ${at}`, 60_000, "flooded");
    const clients = Array.from({ length: 1_000 }, (_, at) => `client ${at}`);
    for (const client of clients) take(client, 60_000, "busy");
    expect(clients.filter((client) => take(client, 60_000, "busy").remaining !== 3)).toEqual([]);
    expect(take("flood 3", 60_000, "flooded").remaining).toBe(3);
    expect(tables.slots).toBeLessThanOrEqual(4_096);
  });

  it("drop a table whose buckets are full before one whose buckets are not, where limits are too many", () => {
    const { left, take } = tablesOf({ limits: 10 });
    left("client", 0, "used");
    for (let at = 0; at < 100; at++) take("client", 0, `limit ${at}`);
    expect(take("client", 0, "used").admitted).toBe(false);
  });

  it("take what is charged afterwards from the bucket of the key", () => {
    const { tables, left } = tablesOf();
    tables.charge("limit", "guesser", 0, 3, SHAPE);
    expect(left("guesser")).toBe(2);
    tables.charge("limit", "guesser", 0, 1_000, SHAPE);
    expect(tables.take("limit", "guesser", 0, 1, SHAPE).retryAfterMs).toBe(6_000);
  });

  // The place in the table follows from the hash, and the hash from a key that nobody else knows.
  it("stand in places that differ from isolate to isolate", () => {
    const places = [1, 2].map((seed) => {
      const into = new Uint32Array(2);
      keyedHash("192.0.2.1", new Uint32Array([seed, 0]), into);
      return into.join();
    });
    expect(places[0]).not.toBe(places[1]);
  });
});
