import { describe, expect, it } from "vitest";
import { currentAgeMs, initialAgeMs, lifeOverMs } from "../../../worker/caching/law/age.ts";
import { anEntry, NOW, someRules } from "./an-entry.ts";

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
    ["an Age that is not there beside one", { age: ", 90" }, 0, 0],
    ["a negative Age", { age: "-20" }, 0, 0],
    ["an Age with a fraction", { age: "20.5" }, 0, 0],
    ["an Age in words", { age: "old" }, 0, 0],
    ["an Age beyond 2^31 seconds, which stand for it", { age: "4294967296" }, 0, 2 ** 31 * 1_000],
    ["an Age of 26 digits", { age: `1${"0".repeat(25)}` }, 2_000, 2 ** 31 * 1_000],
    ["an Age of 400 digits", { age: "9".repeat(400) }, 0, 2 ** 31 * 1_000],
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
  it("does not grow beyond 2^31 seconds, which stand for all that is older (RFC 9111 §1.2.2)", () => {
    const ancient = anEntry({ age: `1${"0".repeat(25)}` });
    expect(String(currentAgeMs(ancient, NOW + 5_000) / 1_000)).toBe("2147483648");
  });
});

describe("lifeOverMs", () => {
  const cases: [
    whose: string,
    rules: Parameters<typeof someRules>[0],
    fields: Record<string, string>,
    over: number,
  ][] = [
    ["the origin's max-age began when the response was made", {}, { "cache-control": "max-age=60" }, 25_000],
    ["the origin's s-maxage", {}, { "cache-control": "s-maxage=60" }, 25_000],
    ["the origin's Expires", {}, { date: dated(0), expires: dated(60) }, 25_000],
    ["a heuristic", {}, { "last-modified": dated(-1_000) }, 25_000],
    ["the route's ttl begins when it comes", { ttl: "1h" }, { "cache-control": "max-age=60" }, 5_000],
    ["the route's statusTtl", { statusTtl: { "2xx": "1h" } }, {}, 5_000],
    ["the route's defaultTtl, where it counts", { defaultTtl: "1h" }, {}, 5_000],
    [
      "the origin's, where the defaultTtl does not count",
      { defaultTtl: "1h" },
      { "cache-control": "max-age=60" },
      25_000,
    ],
  ];
  for (const [whose, config, fields, over] of cases) {
    it(whose, () => {
      const entry = anEntry({ age: "20", ...fields }, { rules: someRules(config) });
      expect(lifeOverMs(entry, NOW + 5_000)).toBe(over);
    });
  }
});
