// What an isolate purges by itself: responses that were asked for up to a time.
import { expect, it } from "vitest";
import { purgedBy } from "../../../worker/caching/law/purged.ts";
import { PurgeMemory } from "../../../worker/caching/purge-memory.ts";
import { NO_PURGES } from "../../../worker/keeping/purge-marks.ts";
import { anEntry } from "./an-entry.ts";

const NOW = 1_764_345_600_000;
const PAGE = { url: "a.test/", hosts: ["a.test"], path: "/", tags: ["x"] };

function isPurged(own: PurgeMemory, site: string, requestedAt: number): boolean {
  return purgedBy(own.of(site), requestedAt, PAGE, NOW) !== undefined;
}

it("covers what was asked for until then, and nothing later", () => {
  const own = new PurgeMemory();
  own.record("a.test", ["t:x"], NOW);
  expect(isPurged(own, "a.test", NOW)).toBe(true);
  expect(isPurged(own, "a.test", NOW + 1)).toBe(false);
});

it("belongs to one site, and costs the others nothing", () => {
  const own = new PurgeMemory();
  own.record("a.test", ["t:x"], NOW);
  expect(own.of("b.test")).toBe(NO_PURGES);
});

it("never goes back if the clock does", () => {
  const own = new PurgeMemory();
  own.record("a.test", ["t:x"], NOW);
  own.record("a.test", ["t:x"], NOW - 1_000);
  expect(isPurged(own, "a.test", NOW)).toBe(true);
});

it("is bounded, and what is forgotten counts as purged", () => {
  const own = new PurgeMemory();
  for (let site = 0; site <= 1_000; site++) own.record(`${site}.test`, ["t:other"], NOW + site);
  expect(isPurged(own, "0.test", NOW)).toBe(true);
  expect(isPurged(own, "0.test", NOW + 1)).toBe(false);
  expect(isPurged(own, "1000.test", NOW)).toBe(false);
});

it("remembers which marks a response has been compared with", () => {
  const memory = new PurgeMemory();
  const [entry, other] = [anEntry(), anEntry()];
  const marks = { ...NO_PURGES, newest: 7 };
  memory.clear(entry, marks, NO_PURGES);
  expect(memory.isCleared(entry, marks, NO_PURGES)).toBe(true);
  expect(memory.isCleared(other, marks, NO_PURGES)).toBe(false);
  expect(memory.isCleared(entry, { ...marks, newest: 8 }, NO_PURGES)).toBe(false);
  expect(memory.isCleared(entry, marks, marks)).toBe(false);
});

it("has another revision each time, so that nothing is compared with too few marks", () => {
  const memory = new PurgeMemory();
  memory.record("a.test", ["t:x"], NOW);
  const { newest } = memory.of("a.test");
  memory.record("a.test", ["t:y"], NOW);
  expect(memory.of("a.test").newest).toBeGreaterThan(newest);
});
