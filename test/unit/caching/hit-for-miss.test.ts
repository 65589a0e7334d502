import { expect, it } from "vitest";
import { HitForMiss } from "../../../worker/caching/hit-for-miss.ts";
import { NOW } from "./an-entry.ts";

it("a key is remembered for a minute, and no other one is", () => {
  const memory = new HitForMiss();
  memory.remember("a", NOW);
  expect(memory.has("a", NOW)).toBe(true);
  expect(memory.has("b", NOW)).toBe(false);
  expect(memory.has("a", NOW + 59_999)).toBe(true);
  expect(memory.has("a", NOW + 60_000)).toBe(false);
});

it("a key that proves not shareable again is remembered for longer", () => {
  const memory = new HitForMiss();
  memory.remember("a", NOW);
  memory.remember("a", NOW + 30_000);
  expect(memory.has("a", NOW + 60_000)).toBe(true);
});

it("no more than 10,000 keys are remembered, and the oldest is forgotten first", () => {
  const memory = new HitForMiss();
  for (let n = 0; n <= 10_000; n++) memory.remember(`key ${n}`, NOW);
  expect(["key 0", "key 1", "key 10000"].map((key) => memory.has(key, NOW))).toEqual([false, true, true]);
});

it("that a key's responses forbid storing is remembered for as long, and until one is stored after all", () => {
  const memory = new HitForMiss();
  memory.remember("a", NOW, true);
  memory.remember("b", NOW);
  expect(["a", "b", "c"].map((key) => memory.isUnstorable(key, NOW))).toEqual([true, false, false]);
  expect(memory.isUnstorable("a", NOW + 60_000)).toBe(false);
  memory.remember("a", NOW);
  expect(memory.isUnstorable("a", NOW)).toBe(false);
  expect(memory.has("a", NOW)).toBe(true);
});
