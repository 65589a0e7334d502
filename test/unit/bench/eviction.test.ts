import { describe, expect, it } from "vitest";
import { Lru } from "../../../bench/eviction/lru.ts";
import type { EvictionPolicy } from "../../../bench/eviction/policy.ts";
import { replay } from "../../../bench/eviction/replay.ts";
import { S3Fifo } from "../../../bench/eviction/s3-fifo.ts";
import { seeded } from "../../../bench/eviction/seeded.ts";
import { makeTrace } from "../../../bench/eviction/trace.ts";
import { SieveMap } from "../../../worker/caching/sieve.ts";

const set = (policy: EvictionPolicy, ...keys: string[]) => {
  for (const key of keys) policy.set(key, true, 1);
};
const held = (policy: EvictionPolicy, keys: string) => [...keys].filter((key) => policy.get(key)).join("");

describe("LRU", () => {
  it("evicts what was used longest ago", () => {
    const lru = new Lru(3);
    set(lru, "a", "b", "c");
    lru.get("a");
    set(lru, "d");
    expect(held(lru, "abcd")).toBe("acd");
  });
});

describe("S3-FIFO", () => {
  it("evicts from the small queue what was used less than twice more, and keeps the rest in the main one", () => {
    const cache = new S3Fifo(10);
    set(cache, ..."abcdefghij");
    for (const key of "aabbc") cache.get(key);
    set(cache, "k", "l"); // a and b move on; c and d make room
    expect(held(cache, "abcd")).toBe("ab");
  });

  it("takes what comes back from the ghosts into the main queue", () => {
    const cache = new S3Fifo(10);
    set(cache, ..."abcdefghijk"); // a leaves its name
    set(cache, "a"); // and b makes room
    set(cache, ..."lmnopqrst"); // a scan as long as the cache goes through the small queue
    expect(held(cache, "ab")).toBe("a");
  });

  it("forgets the oldest ghosts", () => {
    const cache = new S3Fifo(10);
    set(cache, ..."abcdefghij"); // fills it
    set(cache, ..."klmnopqrst"); // ten leave; of nine names there is room
    set(cache, "a", "e");
    set(cache, ..."uvwxyzABCD");
    expect(held(cache, "ae")).toBe("e");
  });

  it("gives what is in the main queue a turn more for each use", () => {
    const cache = new S3Fifo(2);
    set(cache, "a", "b");
    for (const key of "aabb") cache.get(key);
    set(cache, "c"); // both move to the main queue, where a is first and has no use since
    expect(held(cache, "abc")).toBe("bc");
  });
});

describe("every policy", () => {
  const policies = { SIEVE: SieveMap<true>, LRU: Lru, "S3-FIFO": S3Fifo };
  it.each(Object.entries(policies))(
    "%s holds what was just set, and never more than it may",
    (_name, Policy) => {
      const random = seeded(7);
      const policy: EvictionPolicy = new Policy(1_000);
      for (let step = 0; step < 20_000; step++) {
        const key = `key-${Math.floor(random() ** 3 * 500)}`;
        if (policy.get(key)) continue;
        const size = 1 + Math.floor(random() * 100);
        policy.set(key, true, size);
        expect(policy.used).toBeLessThanOrEqual(1_000);
        expect(policy.used).toBeGreaterThanOrEqual(size);
        expect(policy.get(key)).toBe(true);
      }
      expect(policy.set("too large", true, 1_001)).toBe(false);
    },
  );
});

describe("a trace", () => {
  const shape = { objects: 1_000, requests: 50_000, skew: 1, scans: false, seed: 1 };

  it("is the same for the same seed, and another for another", () => {
    expect(makeTrace(shape)).toEqual(makeTrace(shape));
    expect(makeTrace(shape).asked).not.toEqual(makeTrace({ ...shape, seed: 2 }).asked);
  });

  it("asks for the most popular object as often as Zipf says", () => {
    const counts = new Map<number, number>();
    for (const object of makeTrace(shape).asked) counts.set(object, (counts.get(object) ?? 0) + 1);
    const ranked = [...counts.values()].sort((a, b) => b - a);
    // The harmonic number of 1,000 is 7.485.
    expect((ranked[0] ?? 0) / 50_000).toBeCloseTo(1 / 7.485, 2);
    expect((ranked[9] ?? 0) / 50_000).toBeCloseTo(0.1 / 7.485, 2);
  });

  it("has a fifth of its requests in scans, each for something else", () => {
    const { asked } = makeTrace({ ...shape, requests: 400_000, scans: true });
    const scanned = asked.filter((object) => object >= 1_000);
    expect(scanned.length / asked.length).toBeCloseTo(0.2, 1);
    expect(new Set(scanned).size).toBe(scanned.length);
  });

  it("is answered in part by a cache that holds a part, and not at all by one that holds nothing", () => {
    const trace = makeTrace(shape);
    expect(replay(trace, new Lru(0))).toEqual({ hits: 0, bytes: 0 });
    const { hits } = replay(trace, new SieveMap<true>(trace.workingSet / 10));
    expect(hits).toBeGreaterThan(0.5);
    expect(hits).toBeLessThan(0.9);
    expect(replay(trace, new Lru(trace.workingSet)).hits).toBeGreaterThan(0.98);
  });
});
