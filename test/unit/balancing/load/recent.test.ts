import { describe, expect, it } from "vitest";
import { Recent } from "../../../../worker/balancing/load/recent.ts";
import { seededRandom } from "../../../support/seeded-random.ts";

describe("what happened lately", () => {
  it("is forgotten a tenth of the window at a time", () => {
    const recent = new Recent(10_000, ["a", "b"]);
    for (let second = 0; second < 10; second++) recent.add("a", second * 1_000);
    recent.add("b", 9_500);
    expect([recent.count("a", 9_999), recent.count("b", 9_999)]).toEqual([10, 1]);
    expect([10_000, 14_999, 18_999, 19_000, 60_000].map((now) => recent.count("a", now))).toEqual([
      9, 5, 1, 0, 0,
    ]);
  });

  it("does not count what lies ahead if the clock is set back", () => {
    const recent = new Recent(10_000, ["a"]);
    recent.add("a", 100_000);
    expect(recent.count("a", 50_000)).toBe(0);
  });

  it("is what a list of all events says, after any history", () => {
    const random = seededRandom(3);
    const recent = new Recent(5_000, ["a", "b", "c"]);
    const all: { kind: "a" | "b" | "c"; at: number }[] = [];
    let now = 1_234_567;
    for (let step = 0; step < 3_000; step++) {
      now += Math.floor(random() * (random() < 0.01 ? 8_000 : 40));
      const kind = (["a", "b", "c"] as const)[Math.floor(random() * 3)] ?? "a";
      recent.add(kind, now);
      all.push({ kind, at: now });
      const oldest = (Math.floor(now / 500) - 9) * 500;
      expect(recent.count(kind, now)).toBe(all.filter((one) => one.kind === kind && one.at >= oldest).length);
    }
  });
});
