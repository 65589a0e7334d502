// Peers: finagle-core's PeakEwmaTest ("slow is felt at once, fast gradually"; "decays while idle").
import { describe, expect, it } from "vitest";
import { latencyAt, type PeakLatency, withLatency } from "../../../../worker/balancing/load/peak-latency.ts";

/** One answer a second, each after so many milliseconds. */
const answered = (...answers: number[]): PeakLatency | undefined =>
  answers.reduce<PeakLatency | undefined>(
    (seen, ms, second) => withLatency(seen, ms, second * 1_000),
    undefined,
  );
const rounded = (ms: number | undefined) => ms && Math.round(ms);

describe("the latency of an origin", () => {
  it("follows a slow answer at once, and a fast one gradually", () => {
    expect(answered(10, 10, 500)?.ms).toBe(500);
    expect(rounded(answered(500, 10)?.ms)).toBe(453);
    expect(rounded(answered(500, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10)?.ms)).toBe(190);
  });

  it("stays between the answers that were seen", () => {
    const seen = answered(30, 80, 20, 40, 75, 25);
    expect(seen?.ms).toBeGreaterThan(20);
    expect(seen?.ms).toBeLessThanOrEqual(80);
  });

  it("does not move for a second answer in the same millisecond that was faster", () => {
    expect(withLatency(withLatency(undefined, 90, 5), 10, 5).ms).toBe(90);
  });

  it("sinks while nothing is seen, until nothing is known", () => {
    const seen = answered(500);
    expect([0, 10_000, 20_000].map((ms) => rounded(latencyAt(seen, ms)))).toEqual([500, 184, 68]);
    expect(latencyAt(seen, 100_000)).toBeUndefined();
  });

  it("does not grow if the clock is set back", () => {
    expect(latencyAt({ ms: 50, at: 10_000 }, 0)).toBe(50);
  });
});
