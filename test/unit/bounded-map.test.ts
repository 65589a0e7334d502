import { describe, expect, it } from "vitest";
import { BoundedMap } from "../../shared/remember.ts";

const keysOf = (map: BoundedMap<number>, keys: string) =>
  [...keys].filter((key) => map.get(key) !== undefined).join("");

describe("a bounded map", () => {
  it("forgets what was set longest ago", () => {
    const map = new BoundedMap<number>(3);
    for (const key of "abc") map.set(key, 1);
    map.set("a", 2);
    map.set("d", 1);
    expect([keysOf(map, "abcd"), map.size, map.get("a")]).toEqual(["acd", 3, 2]);
  });

  it("goes by weight where it is told how to weigh", () => {
    const map = new BoundedMap<number>(10, (weight) => weight);
    map.set("a", 4);
    map.set("b", 6);
    expect(keysOf(map, "ab")).toBe("ab");
    map.set("a", 5);
    expect(keysOf(map, "ab")).toBe("a");
    map.set("c", 5);
    map.set("d", 1);
    expect(keysOf(map, "abcd")).toBe("cd");
  });

  it("keeps the newest however heavy it is, alone", () => {
    const map = new BoundedMap<number>(10, (weight) => weight);
    map.set("a", 4);
    map.set("b", 1_000);
    expect(keysOf(map, "ab")).toBe("b");
    map.set("c", 1);
    expect(keysOf(map, "bc")).toBe("c");
  });

  it("knows no keys but its own, and lets go of what is deleted", () => {
    const map = new BoundedMap<number>(2);
    expect(map.get("constructor")).toBeUndefined();
    map.set("a", 1);
    map.delete("a");
    map.delete("never there");
    expect(map.size).toBe(0);
  });
});
