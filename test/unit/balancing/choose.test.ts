import { describe, expect, it } from "vitest";
import {
  candidateGroups,
  chooseOrigin,
  firstChoiceOdds,
  hasUntried,
} from "../../../worker/balancing/choose.ts";
import { AVOID_FAILED_MS, NO_FAILURES, observe, type PoolHealth } from "../../../worker/balancing/health.ts";
import type { Pool } from "../../../worker/balancing/pool.ts";
import { aPool } from "./a-pool.ts";

const NOW = 1_000_000;

const afterFailureOf = (...ids: string[]): PoolHealth =>
  ids.reduce((health, origin) => observe(health, { origin, outcome: "failed", at: NOW }), NO_FAILURES);

const groups = (pool: Pool, health = NO_FAILURES, now = NOW) =>
  candidateGroups(pool, health, now).map(({ origins }) => origins.map(({ id }) => id));

const choose = (pool: Pool, { health = NO_FAILURES, tried = [] as string[], random = 0 } = {}) =>
  chooseOrigin(pool, { health, tried: new Set(tried), now: NOW, random })?.id;

describe("tiers", () => {
  const pool = aPool({ standby: { tier: 1 }, fra: {}, last: { tier: 7 }, iad: {} });

  it("are asked in their order, whatever the order of the file", () => {
    expect(groups(pool)).toEqual([["fra", "iad"], ["standby"], ["last"]]);
  });

  it("are left only when none of their origins is left", () => {
    expect(choose(pool, { tried: ["fra"] })).toBe("iad");
    expect(choose(pool, { tried: ["fra", "iad"] })).toBe("standby");
    expect(choose(pool, { tried: ["fra", "iad", "standby"] })).toBe("last");
  });

  it("leave an untried origin as long as any of them has one", () => {
    const two = aPool({ a: {}, b: { tier: 1 } });
    const isLeft = (...tried: string[]) => hasUntried(two, new Set(tried));
    expect([isLeft(), isLeft("a"), isLeft("b"), isLeft("a", "b")]).toEqual([true, true, true, false]);
  });

  it("come after the good ones of any tier once their origins failed", () => {
    expect(groups(pool, afterFailureOf("fra"))).toEqual([["iad"], ["standby"], ["last"], ["fra"]]);
    expect(groups(pool, afterFailureOf("fra", "iad"))).toEqual([["standby"], ["last"], ["fra", "iad"]]);
  });
});

describe("an origin that failed", () => {
  const pool = aPool({ a: {}, b: {} });

  it("is not chosen first while that is fresh in memory", () => {
    for (const random of [0, 0.3, 0.6, 0.999])
      expect(choose(pool, { health: afterFailureOf("a"), random })).toBe("b");
  });

  it("is chosen first again afterwards", () => {
    expect(groups(pool, afterFailureOf("a"), NOW + AVOID_FAILED_MS - 1)).toEqual([["b"], ["a"]]);
    expect(groups(pool, afterFailureOf("a"), NOW + AVOID_FAILED_MS)).toEqual([["a", "b"]]);
  });

  it("is still asked when the others have been tried", () => {
    expect(choose(pool, { health: afterFailureOf("a"), tried: ["b"] })).toBe("a");
  });

  it("is asked all the same where all failed: memory never refuses a request", () => {
    const health = afterFailureOf("a", "b");
    expect(choose(pool, { health, random: 0 })).toBe("a");
    expect(choose(pool, { health, random: 0.9 })).toBe("b");
  });
});

describe("states", () => {
  it("leave only active origins with a weight in service", () => {
    const pool = aPool({ a: {}, b: { state: "drain" }, c: { state: "off" }, d: { weight: 0 } });
    expect(groups(pool)).toEqual([["a"]]);
    expect(hasUntried(pool, new Set(["a"]))).toBe(false);
  });

  it("leave none where all are drained or off", () => {
    const pool = aPool({ b: { state: "drain" }, c: { state: "off" } });
    expect(choose(pool)).toBeUndefined();
  });

  it("never let a drained origin in, even when all others have been tried", () => {
    const pool = aPool({ a: {}, b: { state: "drain" } });
    expect(choose(pool, { tried: ["a"] })).toBe("a");
  });
});

describe("balance: first", () => {
  const pool = aPool({ a: { weight: 1 }, b: { weight: 1000 }, c: {} }, { balance: "first" });

  it("goes by the order of the file, whatever weight and dice say", () => {
    expect([0, 0.5, 0.999].map((random) => choose(pool, { random }))).toEqual(["a", "a", "a"]);
    expect(choose(pool, { tried: ["a"], random: 0.999 })).toBe("b");
    expect(choose(pool, { health: afterFailureOf("a", "b") })).toBe("c");
  });
});

describe("the odds that explain tells", () => {
  const odds = (pool: Pool, health = NO_FAILURES) =>
    firstChoiceOdds(pool, health, NOW).map(({ origin, share }) => [origin.id, share]);

  it("are the weights of the first group", () => {
    const pool = aPool({ a: { weight: 3 }, b: { weight: 1 }, c: { tier: 1 } });
    expect(odds(pool)).toEqual([
      ["a", 0.75],
      ["b", 0.25],
    ]);
    expect(odds(pool, afterFailureOf("a"))).toEqual([["b", 1]]);
  });

  it("are certain with balance: first, and none without an origin in service", () => {
    expect(odds(aPool({ a: {}, b: {} }, { balance: "first" }))).toEqual([["a", 1]]);
    expect(odds(aPool({ a: { state: "off" } }))).toEqual([]);
  });
});
