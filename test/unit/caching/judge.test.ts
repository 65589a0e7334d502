import { describe, expect, it } from "vitest";
import { judge, mayStandIn } from "../../../worker/caching/law/judge.ts";
import { anEntry, NOW, someRules } from "./an-entry.ts";

const later = (seconds: number) => NOW + seconds * 1_000;

describe("judge", () => {
  const cases: [cacheControl: string, seconds: number, verdict: object][] = [
    ["max-age=10", 0, { kind: "fresh", ttlMs: 10_000 }],
    ["max-age=10", 9.999, { kind: "fresh", ttlMs: 1 }],
    ["max-age=10", 10, { kind: "revalidate", ttlMs: 0, because: "stale" }],
    ["max-age=0", 0, { kind: "revalidate", ttlMs: 0, because: "stale" }],
    ["no-cache, max-age=10", 0, { kind: "revalidate", ttlMs: 10_000, because: "no-cache" }],
    ["max-age=10, stale-while-revalidate=5", 10, { kind: "stale-while-revalidate", ttlMs: 0 }],
    ["max-age=10, stale-while-revalidate=5", 14.999, { kind: "stale-while-revalidate", ttlMs: -4_999 }],
    ["max-age=10, stale-while-revalidate=5", 15, { kind: "revalidate", ttlMs: -5_000, because: "stale" }],
    ["max-age=10, must-revalidate", 9, { kind: "fresh", ttlMs: 1_000 }],
    [
      "max-age=10, must-revalidate, stale-while-revalidate=5",
      10,
      { kind: "revalidate", ttlMs: 0, because: "stale" },
    ],
  ];
  for (const [cacheControl, seconds, verdict] of cases) {
    it(`${cacheControl} after ${seconds} s: ${Object.values(verdict)[0]}`, () => {
      expect(judge(anEntry({ "cache-control": cacheControl }), later(seconds))).toEqual(verdict);
    });
  }
});

describe("judge, where the route sets the lifetime", () => {
  const old: Record<string, string> = { age: "7200", date: new Date(NOW - 7_200_000).toUTCString() };
  const hour = { ttl: "1h", staleWhileRevalidate: "1m" };
  const cases: [seconds: number, verdict: object][] = [
    [0, { kind: "fresh", ttlMs: 3_600_000 }],
    [3_599, { kind: "fresh", ttlMs: 1_000 }],
    [3_600, { kind: "stale-while-revalidate", ttlMs: 0 }],
    [3_660, { kind: "revalidate", ttlMs: -60_000, because: "stale" }],
  ];
  for (const [seconds, verdict] of cases) {
    it(`two hours old on arrival, ${seconds} s after it: ${Object.values(verdict)[0]}`, () => {
      const entry = anEntry(old, { rules: someRules(hour) });
      expect(judge(entry, later(seconds))).toEqual(verdict);
      expect(entry.keepUntil).toBeGreaterThan(later(3_660));
    });
  }
});

describe("mayStandIn", () => {
  const cases: [cacheControl: string, seconds: number, onError: boolean, cutOff: boolean][] = [
    ["max-age=10", 10, false, true],
    ["max-age=10", 10 + 86_399, false, true],
    ["max-age=10", 10 + 86_400, false, false],
    ["max-age=10, stale-if-error=5", 14.999, true, true],
    ["max-age=10, stale-if-error=5", 15, false, true],
    ["max-age=10, must-revalidate", 10, false, false],
    ["max-age=0, must-revalidate", 0, false, false],
    ["max-age=10, proxy-revalidate", 10, false, false],
    ["s-maxage=10", 10, false, false],
    ["no-cache, max-age=10, stale-if-error=5", 1, false, false],
    ["max-age=10", 5, true, true], // fresh: a part that does not cover a range may still stand in
  ];
  for (const [cacheControl, seconds, onError, cutOff] of cases) {
    it(`${cacheControl} after ${seconds} s: on error ${onError}, when cut off ${cutOff}`, () => {
      const entry = anEntry({ "cache-control": cacheControl });
      expect(mayStandIn(entry, "error", later(seconds))).toBe(onError);
      expect(mayStandIn(entry, "disconnected", later(seconds))).toBe(cutOff);
    });
  }
});
