import { describe, expect, it } from "vitest";
import { seeded } from "../../../bench/eviction/seeded.ts";
import { SieveMap } from "../../../worker/caching/sieve.ts";

const sizeOne = (capacity: number, ...keys: string[]): SieveMap<string> => {
  const map = new SieveMap<string>(capacity);
  for (const key of keys) map.set(key, key, 1);
  return map;
};

describe("SIEVE", () => {
  it("finds what was set, and nothing else", () => {
    const map = sizeOne(3, "a", "b");
    expect(map.get("a")).toBe("a");
    expect(map.get("c")).toBeUndefined();
  });

  it("evicts the oldest where none was used", () => {
    expect([...sizeOne(3, "a", "b", "c", "d").keys()]).toEqual(["b", "c", "d"]);
  });

  it("spares what was used, once, and leaves it in its place", () => {
    const map = sizeOne(3, "a", "b", "c");
    map.get("a");
    map.set("d", "d", 1);
    expect([...map.keys()]).toEqual(["a", "c", "d"]);
    map.set("e", "e", 1); // the hand goes on from where it stopped
    expect([...map.keys()]).toEqual(["a", "d", "e"]);
    map.set("f", "f", 1);
    map.set("g", "g", 1); // and comes round
    expect([...map.keys()]).toEqual(["a", "f", "g"]);
    map.set("h", "h", 1);
    map.set("i", "i", 1);
    expect([...map.keys()]).toEqual(["a", "h", "i"]);
  });

  it("evicts the oldest where all were used", () => {
    const map = sizeOne(3, "a", "b", "c");
    for (const key of ["a", "b", "c"]) map.get(key);
    map.set("d", "d", 1);
    expect([...map.keys()]).toEqual(["b", "c", "d"]);
  });

  it("lets a scan pass without losing what is wanted", () => {
    const map = sizeOne(10, "a", "b", "c", "d", "e");
    for (let n = 0; n < 1_000; n++) {
      map.set(`once-${n}`, "once", 1);
      for (const key of ["a", "b", "c", "d", "e"]) expect(map.get(key)).toBe(key);
    }
  });

  it("makes room for a large one by as many as it takes", () => {
    const map = sizeOne(10, ..."abcdefghij");
    map.set("large", "large", 8);
    expect([...map.keys()]).toEqual(["i", "j", "large"]);
    expect(map.used).toBe(10);
  });

  it("refuses what is larger than the whole, forgets its key, and leaves the others", () => {
    const map = sizeOne(3, "a", "b", "c");
    expect(map.set("b", "larger", 4)).toBe(false);
    expect([...map.keys()]).toEqual(["a", "c"]);
    expect(map.set("b", "as large", 3)).toBe(true);
    expect([...map.keys()]).toEqual(["b"]);
  });

  it("counts a replaced value's new size alone, and takes it for new", () => {
    const map = sizeOne(10, "a", "b");
    map.get("a");
    map.set("a", "again", 5);
    expect([...map.keys()]).toEqual(["b", "a"]);
    expect(map.used).toBe(6);
    expect(map.get("a")).toBe("again");
  });

  it("keeps going where the hand's own entry is deleted", () => {
    const map = sizeOne(4, "a", "b", "c", "d");
    map.get("a");
    map.set("e", "e", 1); // the hand spares a, evicts b, and points at c
    expect(map.delete("c")).toBe(true);
    expect(map.delete("c")).toBe(false);
    map.set("f", "f", 1);
    map.set("g", "g", 1);
    expect([...map.keys()]).toEqual(["a", "e", "f", "g"]);
  });

  it("holds nothing in no room", () => {
    const map = new SieveMap<string>(0);
    expect(map.set("a", "a", 1)).toBe(false);
    expect([map.size, map.used, map.get("a")]).toEqual([0, 0, undefined]);
  });

  it("does what the plainest SIEVE does, whatever happens to it", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seeded(seed);
      const upTo = (limit: number) => Math.floor(random() * limit);
      const capacity = 1 + upTo(60);
      const [map, plain] = [new SieveMap<number>(capacity), new PlainSieve(capacity)];
      const differences: string[] = [];
      for (let step = 0; step < 1_000; step++) {
        const key = `key-${upTo(40)}`;
        const dice = random();
        const compare = (what: string, is: unknown, ought: unknown) => {
          if (is !== ought) differences.push(`step ${step}: ${what} is ${is} and not ${ought}`);
        };
        if (dice < 0.5) compare("get", map.get(key), plain.get(key));
        else if (dice < 0.93) {
          const size = dice < 0.52 ? 0 : dice < 0.55 ? capacity + upTo(3) : 1 + upTo(12);
          compare("set", map.set(key, step, size), plain.set(key, step, size));
        } else compare("delete", map.delete(key), plain.delete(key));

        compare("what it holds", [...map.keys()].join(), plain.entries.map((entry) => entry.key).join());
        compare("size", map.size, plain.entries.length);
        compare("used", map.used, plain.used);
        compare("room for that", map.used <= capacity, true);
      }
      expect(differences, `seed ${seed}`).toEqual([]);
    }
  });
});

/** The algorithm on an array, with the hand as a key: slow, and easy to believe. */
class PlainSieve {
  entries: { key: string; value: number; size: number; visited: boolean }[] = [];
  #hand: string | undefined;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get used(): number {
    return this.entries.reduce((sum, { size }) => sum + size, 0);
  }

  get(key: string): number | undefined {
    const entry = this.entries.find((held) => held.key === key);
    if (entry) entry.visited = true;
    return entry?.value;
  }

  set(key: string, value: number, size: number): boolean {
    this.delete(key);
    if (size > this.#capacity) return false;
    while (this.used + size > this.#capacity) {
      while (this.#atHand()?.visited) this.#moveOn();
      const evicted = this.#atHand()?.key ?? "";
      this.#hand = evicted; // so that it moves on when that goes
      this.delete(evicted);
    }
    this.entries.push({ key, value, size, visited: false });
    return true;
  }

  delete(key: string): boolean {
    const at = this.entries.findIndex((held) => held.key === key);
    if (at < 0) return false;
    if (this.#hand === key) this.#hand = this.entries[at + 1]?.key;
    this.entries.splice(at, 1);
    return true;
  }

  #atHand() {
    return this.entries.find((held) => held.key === this.#hand) ?? this.entries[0];
  }

  #moveOn(): void {
    const entry = this.#atHand();
    if (!entry) return;
    entry.visited = false;
    this.#hand = this.entries[this.entries.indexOf(entry) + 1]?.key;
  }
}
