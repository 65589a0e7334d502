// What a series of probes makes of an origin. Rise and fall are as in HAProxy (`option httpchk` with `rise` and `fall`) and Envoy
// (`healthy_threshold`, `unhealthy_threshold`): so many in a row, and one of the other kind begins the count anew. Caddy once added up
// failures with passes between them (caddyserver/caddy#7625).
import { describe, expect, it } from "vitest";
import { notYetProbed, observeProbe, type Probed, readProbed } from "../../../worker/keeping/probed.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { aProbe } from "./a-probe.ts";

const PROBE = aProbe({ rise: 2, fall: 3 });
const pass = (at: number) => ({ at, ms: 5 });
const fail = (at: number, because = "503") => ({ at, ms: 5, because });

/** `.` passes, `x` fails; one each ten seconds. */
const probedWith = (series: string, probe = PROBE): Probed =>
  [...series].reduce(
    (probed, letter, index) =>
      observeProbe(probed, probe, letter === "." ? pass(index * 10_000) : fail(index * 10_000), 0),
    notYetProbed(probe, 0),
  );

describe("an origin", () => {
  it.each([
    ["", "good"],
    ["x", "good"],
    ["xx", "good"],
    ["xxx", "down"],
    ["xx.xx", "good"],
    ["xx.xxx", "down"],
    ["xxx.", "down"],
    ["xxx..", "good"],
    ["xxx.x.", "down"],
    ["xxx.x..", "good"],
    ["xxx..xx", "good"],
    ["xxx..xxx", "down"],
  ])("whose probes are %j is %s", (series, standing) => {
    expect(probedWith(series).down === undefined ? "good" : "down").toBe(standing);
  });

  it("is down since the end of the probe that made it so, for the reason of that probe", () => {
    const probed = observeProbe(probedWith("xx"), PROBE, { at: 20_000, ms: 3_000, because: "timeout" }, 0);
    expect(probed).toMatchObject({ down: { since: 23_000, because: "timeout" }, since: 23_000, against: 0 });
  });

  it("that stays down keeps its reason, and tells how the last probe failed", () => {
    const probed = observeProbe(probedWith("xxx"), PROBE, fail(30_000, "connect"), 0);
    expect(probed.down).toEqual({ since: 20_005, because: "503" });
    expect(probed.lastFailure).toEqual({ at: 30_005, because: "connect" });
  });

  it("that is good again remembers its last failure, and counts all probes", () => {
    const probed = probedWith("xxx..");
    expect(probed).toMatchObject({ since: 40_005, passed: 2, failed: 3, lastFailure: { because: "503" } });
    expect(probed).not.toHaveProperty("down");
    expect(probed.last).toEqual(pass(40_000));
  });

  it("with a rise and a fall of one follows each probe", () => {
    const probe = aProbe({ rise: 1, fall: 1 });
    expect(probedWith("x", probe).down).toBeDefined();
    expect(probedWith("x.", probe).down).toBeUndefined();
  });
});

describe("the next probe", () => {
  it("is due after the interval, or up to a tenth earlier, and never later", () => {
    const dueAt = (spread: number) => observeProbe(probedWith(""), PROBE, pass(1_000), spread).dueAt;
    expect(dueAt(0)).toBe(11_000);
    expect(dueAt(0.999)).toBeCloseTo(10_001, 0);
  });

  it("is not due before the last one has ended", () => {
    const slow = { at: 0, ms: 15_000, because: "timeout" };
    expect(observeProbe(probedWith(""), PROBE, slow, 0.5).dueAt).toBe(15_000);
  });

  it("of an origin that is good may come later, and of one in doubt or down never does", () => {
    const probe = aProbe({ everyMs: 5_000, everyWhenGoodMs: 60_000, fall: 2 });
    const due = (series: string) => probedWith(series, probe).dueAt - (series.length - 1) * 10_000;
    expect(["x", ".", ".x", "xx", "xx.", "xx.."].map(due)).toEqual([
      5_000, 60_000, 5_000, 5_000, 5_000, 60_000,
    ]);
  });

  // HAProxy's `fastinter`: "between one state and the other". A series of failures of one that is down is no doubt.
  it("comes sooner while the last one contradicts what is believed", () => {
    const probe = aProbe({ everyMs: 5_000, everyWhenGoodMs: 60_000, everyInDoubtMs: 500, fall: 2, rise: 3 });
    const due = (series: string) => probedWith(series, probe).dueAt - (series.length - 1) * 10_000;
    expect([".", "x", "x.", "xx", "xxx", "xx.", "xx..", "xx.x", "xx..."].map(due)).toEqual([
      60_000, 500, 60_000, 5_000, 5_000, 500, 500, 5_000, 60_000,
    ]);
  });
});

it("any history: it turns exactly where a naive count of the last probes says so", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed);
    const probe = aProbe({ rise: 1 + Math.floor(random() * 4), fall: 1 + Math.floor(random() * 4) });
    const bad = random();
    let probed = notYetProbed(probe, 0);
    let isDown = false;
    const seen: boolean[] = [];
    for (let step = 0; step < 200; step++) {
      const isBad = random() < bad;
      seen.push(isBad);
      probed = observeProbe(probed, probe, isBad ? fail(step) : pass(step), random());
      const lastOnes = seen.slice(-(isDown ? probe.rise : probe.fall));
      const isLong = lastOnes.length === (isDown ? probe.rise : probe.fall);
      if (isLong && lastOnes.every((one) => one !== isDown)) isDown = !isDown;
      expect([seed, step, probed.down !== undefined]).toEqual([seed, step, isDown]);
      expect(probed.dueAt).toBeGreaterThanOrEqual(step + 5);
    }
    expect(probed.passed + probed.failed).toBe(200);
  }
});

it("what was stored is read again, and anything else is not", () => {
  const probed = probedWith("xxx");
  expect(readProbed(JSON.parse(JSON.stringify(probed)))).toEqual(probed);
  for (const other of [undefined, null, 7, {}, { ...probed, since: "long" }, { ...probed, down: "yes" }])
    expect(readProbed(other)).toBeUndefined();
});
