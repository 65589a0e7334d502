import { describe, expect, it } from "vitest";
import {
  areAllOut,
  areSurelyOut,
  beliefIn,
  foundGood,
  isDoubtful,
  isUsable,
} from "../../../worker/balancing/candidates.ts";
import { chooseOrigin } from "../../../worker/balancing/choose.ts";
import { originsTold } from "../../../worker/keeping/origins-told.ts";
import { aPool } from "./a-pool.ts";
import { facts } from "./facts.ts";
import { Watched } from "./watched.ts";

const three = (outlier = {}) => new Watched(aPool({ a: {}, b: {}, c: {} }, { outlier }));
const DOWN = { down: { since: 1, because: "timeout" } };

describe("an origin on probation", () => {
  const onProbation = () => three().asks("a", "connect").after(10_000);

  it("is tried by one request, and comes last for all others until that ends", () => {
    const pool = onProbation();
    expect(pool.order()).toEqual(["trial a", "usable b c", "last-resort a"]);
    const sentAt = pool.send("a");
    expect(pool.order()).toEqual(["usable b c", "last-resort a"]);
    pool.after(100).end("a", "nothing", sentAt);
    expect(pool.order()).toEqual(["trial a", "usable b c", "last-resort a"]);
  });

  it("returns with a part of its weight, which grows", () => {
    const pool = onProbation().asks("a", 200);
    const weights = () => pool.groups()[0]?.candidates.map(({ weight }) => weight);
    expect(weights()).toEqual([0.1, 1, 1]);
    pool.after(5_000);
    expect(weights()).toEqual([0.5, 1, 1]);
    pool.after(5_000);
    expect(weights()).toEqual([1, 1, 1]);
  });

  it("is tried by a request that may not be repeated only if no other has come for as long as it was ejected", () => {
    const pool = onProbation();
    expect(pool.order(false)).toEqual(["usable b c", "last-resort a"]);
    expect(pool.after(9_999).order(false)).toEqual(["usable b c", "last-resort a"]);
    expect(pool.after(1).order(false)).toEqual(["trial a", "usable b c", "last-resort a"]);
  });

  it("is tried by the first attempt of a request only: a second time-out would be too much", () => {
    const pool = three().asks("a", "timeout").asks("b", "timeout").after(10_000);
    const choose = (...tried: string[]) =>
      chooseOrigin(pool.pool, {
        known: { seen: pool.standings, told: pool.told },
        tried: new Set(tried),
        now: pool.now,
        mayTry: true,
        ...facts(() => 0),
      })?.id;
    expect([choose(), choose("a"), choose("a", "c")]).toEqual(["a", "c", "b"]);
  });

  it("of a higher tier is not tried while a lower one serves", () => {
    const pool = new Watched(aPool({ a: {}, spare: { tier: 1 } })).asks("spare", "connect").after(10_000);
    expect(pool.order()).toEqual(["usable a", "trial spare", "last-resort spare"]);
  });
});

describe("below the floor of usable origins", () => {
  it("all are used as if they were good", () => {
    const pool = new Watched(aPool({ a: {}, b: {}, c: {}, d: {} }, { outlier: { panic: "50%" } }));
    pool.asks("a", "connect").asks("b", "connect");
    expect(pool.order()).toEqual(["usable c d", "last-resort a b"]);
    pool.asks("c", "connect");
    expect(pool.order()).toEqual(["usable a b c d"]);
  });

  it("those that the probes find down count, and those that are drained take no part", () => {
    const pool = new Watched(aPool({ a: {}, b: {}, c: {}, d: {} }, { outlier: { panic: "50%" } }));
    pool.told = originsTold({ "web/a": DOWN, "web/b": DOWN, "web/c": DOWN });
    expect(pool.order()).toEqual(["usable a b c d"]);
    pool.told = originsTold({ "web/a": DOWN, "web/c": { drained: true }, "web/d": { drained: true } });
    expect(pool.order()).toEqual(["usable b", "last-resort a"]);
  });

  it("there is no floor unless the site names one", () => {
    const pool = three().asks("a", "connect").asks("b", "connect");
    expect(pool.order()).toEqual(["usable c", "last-resort a b"]);
  });
});

describe("when all are out", () => {
  const allOut = (outlier = {}) =>
    three(outlier).asks("a", "connect").asks("b", "connect").asks("c", "connect");

  it("they are asked all the same", () => {
    expect(allOut().order()).toEqual(["last-resort a b c"]);
  });

  it("none is asked if the site says so, except for trials", () => {
    const pool = allOut({ whenAllOut: "refuse" });
    expect(pool.order()).toEqual([]);
    pool.after(10_000);
    expect(pool.order()).toEqual(["trial a b c"]);
    for (const origin of ["a", "b", "c"]) pool.send(origin);
    expect(pool.order()).toEqual([]);
  });

  it("none is there if all are drained or off", () => {
    const pool = three();
    pool.told = originsTold({
      "web/a": { drained: true },
      "web/b": { drained: true },
      "web/c": { drained: true },
    });
    expect(pool.order()).toEqual([]);
    expect(new Watched(aPool({ a: { state: "off" } })).asks("a", "connect").order()).toEqual([]);
  });
});

describe("a pool of which both the probes and the traffic say that all are out", () => {
  const told = originsTold({ "web/a": DOWN, "web/b": DOWN, "web/c": { drained: true } });
  const surely = ({ pool, standings, told: known, now }: Watched) =>
    areSurelyOut(pool, { seen: standings, told: known }, now);

  it("is surely out, until an ejection is over or a probe passes", () => {
    const pool = three().asks("a", "connect").asks("b", "connect");
    expect(surely(pool)).toBe(false); // the probes say nothing yet
    pool.told = told;
    expect(surely(pool)).toBe(true);
    pool.told = originsTold({ "web/b": DOWN, "web/c": { drained: true } });
    expect(surely(pool)).toBe(false);
    pool.told = told;
    expect(surely(pool.after(20_000))).toBe(false);
  });

  it("is not, if only the probes say so: they may be wrong", () => {
    const pool = three().asks("a", "connect");
    pool.told = told;
    expect(surely(pool)).toBe(false);
  });
});

describe("an origin that the probes find down", () => {
  it("is not tried by requests: the probes do that", () => {
    const pool = three().asks("a", "connect").after(10_000);
    pool.told = originsTold({ "web/a": DOWN });
    expect(pool.order()).toEqual(["usable b c", "last-resort a"]);
  });

  it("is not usable, whatever this isolate has seen", () => {
    const pool = three();
    const [a, b] = pool.pool.origins;
    const known = { seen: pool.standings, told: originsTold({ "web/a": DOWN, "web/b": { drained: true } }) };
    if (!a || !b) throw new Error("no origins");
    expect([a, b].map((origin) => isUsable(beliefIn(pool.pool, origin, known, pool.now)))).toEqual([
      false,
      false,
    ]);
  });
});

describe("a request is likely to fail", () => {
  it("at an origin that failed last, and not at one that has answered since", () => {
    const pool = three();
    const [a] = pool.pool.origins;
    if (!a) throw new Error("no origin");
    const isLikely = () => isDoubtful(a, { seen: pool.standings, told: pool.told });
    expect(isLikely()).toBe(false);
    pool.asks("a", 503);
    expect(isLikely()).toBe(true);
    pool.asks("a", 200);
    expect(isLikely()).toBe(false);
    pool.asks("a", "connect");
    expect(isLikely()).toBe(true);
    pool.after(10_000).asks("a", 200);
    expect(isLikely()).toBe(false);
  });
});

describe("all are out", () => {
  const allOut = ({ pool, standings, told, now }: Watched) => areAllOut(pool, { seen: standings, told }, now);

  it("where each one is ejected, on probation, down or drained", () => {
    const pool = three().asks("a", "connect").after(10_000).asks("b", "connect");
    expect(allOut(pool)).toBe(false);
    for (const told of [DOWN, { drained: true } as const]) {
      pool.told = originsTold({ "web/c": told });
      expect(allOut(pool)).toBe(true);
    }
  });

  it("not where one of them serves, at whatever tier", () => {
    const pool = new Watched(aPool({ a: {}, spare: { tier: 1 } })).asks("a", "connect");
    expect(allOut(pool)).toBe(false);
  });
});

describe("an origin that probes have found good again", () => {
  const weights = (pool: Watched) => pool.groups()[0]?.candidates.map(({ weight }) => weight);

  it("returns with a part of its weight, also where no request has seen it fail", () => {
    const pool = three({ slowStart: "10s" });
    pool.told = originsTold({ "web/a": { backSince: pool.now } });
    expect(weights(pool)).toEqual([0.1, 1, 1]);
    expect(weights(pool.after(5_000))).toEqual([0.5, 1, 1]);
    expect(weights(pool.after(5_000))).toEqual([1, 1, 1]);
  });

  it("may be tried at once if it was ejected before", () => {
    const pool = three().asks("a", "connect").after(2_000);
    pool.told = originsTold({ "web/a": { backSince: pool.now } });
    const [found, ...others] = foundGood(pool.pool, { seen: pool.standings, told: pool.told });
    expect([found, others]).toEqual([{ origin: "a", at: pool.now }, []]);
    expect(pool.order()).toEqual(["usable b c", "last-resort a"]);
    pool.findGood("a").after(1);
    expect(pool.order()).toEqual(["trial a", "usable b c", "last-resort a"]);
    expect(foundGood(pool.pool, { seen: pool.standings, told: pool.told })).toEqual([]);
  });

  it("stays out if it was ejected since", () => {
    const pool = three();
    pool.told = originsTold({ "web/a": { backSince: pool.now } });
    pool.after(1_000).asks("a", "connect").after(1_000);
    expect(foundGood(pool.pool, { seen: pool.standings, told: pool.told })).toEqual([]);
    const before = pool.of("a");
    expect(pool.findGood("a", pool.now - 2_000).of("a")).toEqual(before);
  });

  it("is nothing new for one that serves", () => {
    const pool = three().asks("a", 503);
    const before = pool.standings;
    expect(pool.findGood("a").findGood("b").standings).toBe(before);
  });
});
