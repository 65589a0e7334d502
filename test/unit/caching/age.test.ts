import { describe, expect, it } from "vitest";
import { currentAgeMs, initialAgeMs } from "../../../worker/caching/law/age.ts";
import { anEntry, NOW } from "./an-entry.ts";

const dated = (seconds: number) => new Date(NOW + seconds * 1_000).toUTCString();

describe("initialAgeMs", () => {
  const cases: [name: string, fields: Record<string, string>, delayMs: number, ageMs: number][] = [
    ["nothing said", {}, 0, 0],
    ["a Date in the past", { date: dated(-20) }, 0, 20_000],
    ["a Date in the future", { date: dated(20) }, 0, 0],
    ["a Date that is none", { date: "now" }, 0, 0],
    ["an Age", { age: "20" }, 0, 20_000],
    ["the larger of both, the Age", { date: dated(-10), age: "20" }, 0, 20_000],
    ["the larger of both, the Date", { date: dated(-30), age: "20" }, 0, 30_000],
    ["the way here is added to an Age", { age: "20" }, 2_000, 22_000],
    ["the way here, without an Age", {}, 2_000, 2_000],
    ["of several Ages the first", { age: "20, 90" }, 0, 20_000],
    ["a negative Age", { age: "-20" }, 0, 0],
    ["an Age with a fraction", { age: "20.5" }, 0, 0],
    ["an Age in words", { age: "old" }, 0, 0],
  ];
  for (const [name, fields, delayMs, ageMs] of cases) {
    it(name, () => expect(initialAgeMs(new Headers(fields), NOW - delayMs, NOW)).toBe(ageMs));
  }
});

describe("currentAgeMs", () => {
  const entry = anEntry({ age: "20" });
  it("grows with the clock", () => expect(currentAgeMs(entry, NOW + 5_000)).toBe(25_000));
  it("does not shrink when the clock is set back", () =>
    expect(currentAgeMs(entry, NOW - 5_000)).toBe(20_000));
});
