import { describe, expect, it } from "vitest";
import { candidateGroups } from "../../../worker/balancing/candidates.ts";
import { chooseOrigin, firstChoiceOdds, hasUntried } from "../../../worker/balancing/choose.ts";
import type { Pool } from "../../../worker/balancing/pool.ts";
import { ALL_GOOD, type PoolStandings } from "../../../worker/balancing/pool-standing.ts";
import type { Out } from "../../../worker/balancing/standing.ts";
import { NO_ORIGINS_TOLD, originsTold, type StoredOrigins } from "../../../worker/keeping/origins-told.ts";
import { aPool } from "./a-pool.ts";
import { facts } from "./facts.ts";

const NOW = 1_000_000;
const EJECTED_MS = 10_000;

const EJECTED: Out = {
  kind: "out",
  because: "connect",
  since: NOW,
  until: NOW + EJECTED_MS,
  times: 1,
  trial: undefined,
};
const afterFailureOf = (...ids: string[]): PoolStandings => new Map(ids.map((id) => [id, EJECTED]));

const knownFrom = (seen: PoolStandings) => ({ seen, told: NO_ORIGINS_TOLD });

const groups = (pool: Pool, health = ALL_GOOD, now = NOW) =>
  candidateGroups(pool, knownFrom(health), now).map(({ candidates }) =>
    candidates.map(({ origin }) => origin.id),
  );

const choose = (pool: Pool, { health = ALL_GOOD, tried = [] as string[], random = 0 } = {}) =>
  chooseOrigin(pool, {
    known: knownFrom(health),
    tried: new Set(tried),
    now: NOW,
    mayTry: true,
    ...facts(() => random),
  })?.id;

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
    const isLeft = (...tried: string[]) =>
      hasUntried(two, { known: knownFrom(ALL_GOOD), tried: new Set(tried), now: NOW, ...facts() });
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

  it("is tried by one request afterwards", () => {
    expect(groups(pool, afterFailureOf("a"), NOW + EJECTED_MS - 1)).toEqual([["b"], ["a"]]);
    expect(groups(pool, afterFailureOf("a"), NOW + EJECTED_MS)).toEqual([["a"], ["b"], ["a"]]);
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
    expect(
      hasUntried(pool, { known: knownFrom(ALL_GOOD), tried: new Set(["a"]), now: NOW, ...facts() }),
    ).toBe(false);
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

describe("an origin that the keeper tells of", () => {
  const pool = aPool({ a: {}, b: {}, c: {} });
  const told = (origins: StoredOrigins, seen = ALL_GOOD) =>
    candidateGroups(pool, { seen, told: originsTold(origins) }, NOW).map(({ candidates }) =>
      candidates.map(({ origin }) => origin.id),
    );
  const down = { since: NOW, because: "timeout" };

  it("comes last if it is down, like one that failed here", () => {
    expect(told({ "web/a": { down } })).toEqual([["b", "c"], ["a"]]);
    expect(told({ "web/a": { down } }, afterFailureOf("b"))).toEqual([["c"], ["a", "b"]]);
    expect(told({ "other/a": { down }, "web/gone": { down } })).toEqual([["a", "b", "c"]]);
  });

  it("gets no new clients if it is drained, not even when there is no other", () => {
    expect(told({ "web/a": { drained: true } })).toEqual([["b", "c"]]);
    expect(told({ "web/a": { drained: true }, "web/b": { down }, "web/c": { down } })).toEqual([["b", "c"]]);
    expect(
      told({ "web/a": { drained: true }, "web/b": { drained: true }, "web/c": { drained: true } }),
    ).toEqual([]);
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
  const odds = (pool: Pool, health = ALL_GOOD) =>
    firstChoiceOdds(pool, candidateGroups(pool, knownFrom(health), NOW), facts().request).map(
      ({ origin, share }) => [origin.id, share],
    );

  it("are the weights of the first group", () => {
    const pool = aPool({ a: { weight: 3 }, b: { weight: 1 }, c: { tier: 1 } });
    expect(odds(pool)).toEqual([
      ["a", 0.75],
      ["b", 0.25],
    ]);
    expect(odds(pool, afterFailureOf("a"))).toEqual([["b", 1]]);
  });

  it("are certain with a hash, and the weights for a request without the key", () => {
    const pool = aPool({ a: {}, b: {}, c: {} }, { hash: { by: "query:user" } });
    const { ask, client } = facts().request;
    const of = (target: string) =>
      firstChoiceOdds(pool, candidateGroups(pool, knownFrom(ALL_GOOD), NOW), {
        ask: { ...ask, target },
        client,
      });
    expect(of("/?user=1").map(({ share }) => share)).toEqual([1]);
    expect(of("/").map(({ share }) => share)).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const choice = { known: knownFrom(ALL_GOOD), tried: new Set<string>(), now: NOW, mayTry: true };
    for (const user of ["1", "2", "3", "4", "5"]) {
      const request = { ask: { ...ask, target: `/?user=${user}` }, client };
      const chosen = chooseOrigin(pool, { ...choice, ...facts(), request });
      expect(of(`/?user=${user}`)[0]?.origin).toBe(chosen);
    }
  });

  it("are certain with balance: first, and none without an origin in service", () => {
    expect(odds(aPool({ a: {}, b: {} }, { balance: "first" }))).toEqual([["a", 1]]);
    expect(odds(aPool({ a: { state: "off" } }))).toEqual([]);
  });
});
