import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BucketShape, charge, take } from "../../../../worker/admission/limits/bucket.ts";

/** 60 in a minute, of which 5 at once. */
const SHAPE: BucketShape = { perUnitMs: 1_000, burst: 5 };

/** Which of the requests at these times are admitted? */
function admittedAt(times: readonly number[], shape = SHAPE, cost = 1): boolean[] {
  let fullAt = 0;
  return times.map((now) => {
    const taken = take(fullAt, now, cost, shape);
    fullAt = taken.fullAt;
    return taken.admitted;
  });
}

const admitted = (times: readonly number[], shape = SHAPE): number =>
  admittedAt(times, shape).filter(Boolean).length;

describe("a bucket", () => {
  it("admits as many at once as it holds, and no more", () => {
    expect(admittedAt([0, 0, 0, 0, 0, 0, 0])).toEqual([true, true, true, true, true, false, false]);
  });

  // nginx, limit_req.t: "rejects not counted".
  it("takes nothing for what it refuses: a unit is back after its time, whatever was tried in between", () => {
    const empty = [0, 0, 0, 0, 0];
    expect(admittedAt([...empty, 10, 500, 999, 1_000, 1_000])).toEqual([
      ...empty.map(() => true),
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  it("is full again after a rest, and not fuller than full", () => {
    expect(admitted([0, 0, 0, 0, 0, ...new Array<number>(20).fill(60_000)])).toBe(10);
  });

  it("tells what is left, when it is full, and when a refused request may come again", () => {
    expect(take(0, 0, 1, SHAPE)).toEqual({
      admitted: true,
      remaining: 4,
      retryAfterMs: 0,
      fullInMs: 1_000,
      fullAt: 1_000,
    });
    expect(take(5_000, 400, 1, SHAPE)).toEqual({
      admitted: false,
      remaining: 0,
      retryAfterMs: 600,
      fullInMs: 4_600,
      fullAt: 5_000,
    });
    expect(take(4_500, 0, 1, SHAPE)).toMatchObject({ admitted: false, remaining: 0, retryAfterMs: 500 });
  });

  it("admits a request that was refused once it has waited as long as it was told", () => {
    const { retryAfterMs, fullAt } = take(5_000, 123, 3, SHAPE);
    expect(take(fullAt, 123 + retryAfterMs, 3, SHAPE).admitted).toBe(true);
    expect(take(fullAt, 122 + retryAfterMs, 3, SHAPE).admitted).toBe(false);
  });

  it("takes several units for a request that costs more", () => {
    expect(admittedAt([0, 0, 0], SHAPE, 2)).toEqual([true, true, false]);
  });

  it("for a request that costs nothing, only looks whether a unit is there", () => {
    expect(take(0, 0, 0, SHAPE)).toMatchObject({ admitted: true, remaining: 5, fullAt: 0 });
    expect(take(5_000, 0, 0, SHAPE)).toMatchObject({ admitted: false, retryAfterMs: 1_000 });
  });

  it("may go into debt for what is known afterwards, by one bucket and no more", () => {
    expect(charge(0, 0, 3, SHAPE)).toBe(3_000);
    expect(charge(5_000, 0, 3, SHAPE)).toBe(8_000);
    expect(charge(8_000, 0, 1_000, SHAPE)).toBe(10_000);
    expect(take(10_000, 0, 1, SHAPE)).toMatchObject({ admitted: false, retryAfterMs: 6_000 });
  });

  it("locks nobody out for longer than its debt if the clock is set back", () => {
    expect(take(3_600_000, 0, 1, SHAPE).retryAfterMs).toBe(6_000);
  });

  it("admits the whole rate where the rate does not divide the time", () => {
    const third = { perUnitMs: 60_000 / 7, burst: 7 };
    expect(admitted(new Array<number>(7).fill(0), third)).toBe(7);
    expect(admitted([...new Array<number>(7).fill(0), ...new Array<number>(9).fill(60_000)], third)).toBe(14);
  });

  // Traefik, rate_limiter_test.go: whatever comes in, at most the burst and what flows in since passes, and not much less.
  it.each([
    ["a steady flow beyond the rate", 4, 100, 1],
    ["a slow limit", 1, 60_000, 1],
    ["a fast one with a burst", 1, 10, 100],
  ])("lets through its rate and its burst: %s", (_what, everyMs, perUnitMs, burst) => {
    const times = Array.from({ length: 20_000 }, (_, at) => at * everyMs);
    const wanted = burst + Math.floor((19_999 * everyMs) / perUnitMs);
    expect(Math.abs(admitted(times, { perUnitMs, burst }) - wanted)).toBeLessThanOrEqual(1);
  });

  it("never admits more than its burst and what flows in, in any stretch of time", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 2_000 }),
        (gaps, burst, perUnitMs) => {
          const times: number[] = [];
          for (const gap of gaps) times.push((times.at(-1) ?? 0) + gap);
          const passed = times.filter((_, at) => admittedAt(times, { burst, perUnitMs })[at]);
          for (const [from, start] of passed.entries())
            for (let to = from; to < passed.length; to++)
              expect(to - from + 1).toBeLessThanOrEqual(
                burst + Math.floor(((passed[to] ?? 0) - start) / perUnitMs + 0.01),
              );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("decides as a bucket with a level and a time would", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 4 })), {
          maxLength: 50,
        }),
        (requests) => {
          let fullAt = 0;
          let level = SHAPE.burst;
          let now = 0;
          for (const [gap, cost] of requests) {
            now += gap;
            level = Math.min(SHAPE.burst, level + gap / SHAPE.perUnitMs);
            const taken = take(fullAt, now, cost, SHAPE);
            expect(taken.admitted).toBe(level + 1e-6 >= cost);
            if (taken.admitted) level -= cost;
            fullAt = taken.fullAt;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
