import { describe, expect, it } from "vitest";
import { Latencies } from "../../../../worker/balancing/load/latencies.ts";
import { seededRandom } from "../../../support/seeded-random.ts";

describe("the percentile of the latencies", () => {
  it("is not known from fewer than twenty answers", () => {
    const latencies = new Latencies();
    for (let n = 0; n < 19; n++) latencies.add(10, 0);
    expect(latencies.percentile(0.95, 0)).toBeUndefined();
    latencies.add(10, 0);
    expect(latencies.percentile(0.95, 0)).toBeDefined();
  });

  it("is that of the sorted list, to within an eighth", () => {
    const random = seededRandom(9);
    for (const scale of [20, 300, 5_000]) {
      const latencies = new Latencies();
      const all = Array.from({ length: 2_000 }, () => 2 + scale * random() ** 3);
      for (const ms of all) latencies.add(ms, 0);
      for (const share of [0.5, 0.95, 0.99]) {
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1] ?? 0;
        const told = latencies.percentile(share, 0) ?? 0;
        expect(told / exact).toBeGreaterThanOrEqual(0.999);
        expect(told / exact).toBeLessThanOrEqual(1.126);
      }
    }
  });

  it("forgets after a minute at most", () => {
    const latencies = new Latencies();
    for (let n = 0; n < 100; n++) latencies.add(500, 0);
    expect(latencies.percentile(0.95, 59_999)).toBeGreaterThan(490);
    expect(latencies.percentile(0.95, 60_000)).toBeUndefined();
    for (let n = 0; n < 100; n++) latencies.add(5, 61_000);
    expect(latencies.percentile(0.95, 61_000)).toBeLessThan(6);
  });

  it("takes any time there is", () => {
    const latencies = new Latencies();
    for (const ms of [0, -1, 0.2, 1e12]) for (let n = 0; n < 10; n++) latencies.add(ms, 0);
    expect(latencies.percentile(0.5, 0)).toBe(1);
    expect(latencies.percentile(0.95, 0)).toBeGreaterThan(1_000_000);
  });
});
