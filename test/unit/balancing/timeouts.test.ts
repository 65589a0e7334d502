import { describe, expect, it } from "vitest";
import { limitOf, withTimeouts } from "../../../worker/balancing/timeouts.ts";
import { aPool } from "./a-pool.ts";

const pool = aPool({ a: {} }, { timeout: { firstByte: "5s", idle: "30s", total: "1m" } });

describe("the time-outs of a route", () => {
  it("are those of the pool unless it names others", () => {
    expect(withTimeouts(pool, undefined)).toBe(pool);
    expect(withTimeouts(pool, {})).toEqual(pool);
  });

  it.each([
    [{ firstByte: 60_000 }, { firstByteMs: 60_000, idleMs: 30_000, totalMs: 60_000 }],
    [{ idle: 1_000 }, { firstByteMs: 5_000, idleMs: 1_000, totalMs: 60_000 }],
    [{ idle: "off" }, { firstByteMs: 5_000, idleMs: Number.POSITIVE_INFINITY, totalMs: 60_000 }],
    [{ total: "off" }, { firstByteMs: 5_000, idleMs: 30_000, totalMs: undefined }],
    [{ total: 90_000 }, { firstByteMs: 5_000, idleMs: 30_000, totalMs: 90_000 }],
  ] as const)("replace those that %j names", (given, limits) => {
    expect(withTimeouts(pool, given)).toEqual({ ...pool, ...limits });
  });

  it("leave what is believed of the origins where it is", () => {
    const slower = withTimeouts(pool, { firstByte: 60_000 });
    expect([slower.key, slower.standingKey]).toEqual([pool.key, pool.standingKey]);
  });

  it("are none by default, but for the first byte", () => {
    const { firstByteMs, idleMs, totalMs } = aPool({ a: {} });
    expect([firstByteMs, idleMs, totalMs]).toEqual([15_000, undefined, undefined]);
  });

  it("are no limit if they are off", () => {
    expect([limitOf("off"), limitOf(Number.POSITIVE_INFINITY), limitOf(undefined), limitOf(5)]).toEqual([
      undefined,
      undefined,
      undefined,
      5,
    ]);
  });
});
