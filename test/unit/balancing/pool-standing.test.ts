import { describe, expect, it } from "vitest";
import { ALL_GOOD, mayEjectOneMore } from "../../../worker/balancing/pool-standing.ts";
import { aPool } from "./a-pool.ts";
import { Watched } from "./watched.ts";

const origins = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`o${n}`, {}]));

describe("how many may be ejected", () => {
  // Envoy's max_ejection_percent, with its `always_eject_one_host`.
  it.each([
    [0, 3, 1, true],
    [1, 3, 1, true],
    [2, 3, 1, true],
    [0, 3, 0.5, true],
    [1, 3, 0.5, false],
    [1, 4, 0.5, true],
    [2, 4, 0.5, false],
    [0, 2, 0.5, true],
    [1, 2, 0.5, false],
    [0, 3, 0.1, true],
    [1, 3, 0.1, false],
    [0, 3, 0, false],
    [0, 1, 0.5, false],
    [0, 1, 1, true],
    [0, 0, 1, false],
  ])("%d out of %d in service, and at most %d: one more %s", (out, inService, maxEjected, may) => {
    expect(mayEjectOneMore(out, inService, maxEjected)).toBe(may);
  });

  it("is judged by what would be out afterwards", () => {
    const pool = new Watched(aPool(origins(4), { outlier: { maxEjected: "50%" } }));
    pool.asks("o0", "connect").asks("o1", "connect").asks("o2", "connect").asks("o3", 503, 503, 503, 503);
    expect(["o0", "o1", "o2", "o3"].map((id) => pool.of(id).kind)).toEqual([
      "ejected",
      "ejected",
      "good",
      "good",
    ]);
  });

  it("counts those on probation: they have not come back yet", () => {
    const pool = new Watched(aPool(origins(2), { outlier: { maxEjected: "50%" } }));
    pool.asks("o0", "connect").after(10_000).asks("o1", "connect");
    expect([pool.of("o0").kind, pool.of("o1").kind]).toEqual(["probation", "good"]);
    pool.asks("o0", 200).asks("o1", "connect");
    expect([pool.of("o0").kind, pool.of("o1").kind]).toEqual(["good", "ejected"]);
  });

  it("leaves out origins that are not in service, but believes something of them too: sessions may be bound to them", () => {
    const pool = new Watched(
      aPool(
        { a: {}, b: {}, gone: { state: "off" }, full: { state: "drain" } },
        { outlier: { maxEjected: "50%" } },
      ),
    );
    pool.asks("full", "connect").asks("a", "connect").asks("b", "connect");
    expect(["full", "a", "b"].map((id) => pool.of(id).kind)).toEqual(["ejected", "ejected", "good"]);
  });
});

describe("when all are out", () => {
  const allOut = () =>
    new Watched(aPool(origins(3))).asks("o0", "connect").asks("o1", "timeout").asks("o2", 503, 503, 503);

  it("the time does not grow, so that the first one that is well is found soon", () => {
    const pool = allOut();
    for (let round = 0; round < 5; round++) pool.after(10_000).asks("o0", "connect").asks("o1", "timeout");
    expect(pool.of("o0")).toMatchObject({ kind: "ejected", until: pool.now + 10_000 });
    expect(pool.after(10_000).of("o0").kind).toBe("probation");
  });

  it("the first one that answers gets the others their trial, so that it does not carry everything alone", () => {
    const pool = allOut().after(1_000).asks("o1", 200);
    expect(["o0", "o1", "o2"].map((id) => pool.of(id).kind)).toEqual(["probation", "good", "probation"]);
  });

  it("an answer from before the outage does not", () => {
    const pool = allOut();
    pool.after(1_000).end("o2", 200, pool.now - 2_000);
    expect(["o0", "o1", "o2"].map((id) => pool.of(id).kind)).toEqual(["ejected", "ejected", "ejected"]);
  });

  it("does not come true where one is in service", () => {
    const pool = new Watched(aPool(origins(3))).asks("o0", "connect").asks("o1", "connect");
    pool.after(1_000).asks("o1", 200);
    expect(pool.of("o0").kind).toBe("ejected");
  });
});

describe("an event at an origin that the pool does not have", () => {
  it("changes nothing", () => {
    const pool = new Watched(aPool(origins(2))).asks("gone", "connect", 503, 503, 503, 200);
    expect(pool.standings).toBe(ALL_GOOD);
  });

  it("changes nothing where something is believed of it, as after a change of the site", () => {
    const before = new Watched(aPool(origins(3))).asks("o2", "connect");
    const pool = new Watched(aPool(origins(2)));
    pool.standings = before.standings;
    pool.after(10_000).asks("o2", 200);
    expect(pool.standings).toBe(before.standings);
    expect(pool.order()).toEqual(["usable o0 o1"]);
  });
});
