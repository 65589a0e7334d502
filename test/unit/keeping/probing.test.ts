// What a keeper wants to know of its origins, and when: from the plans that isolates tell.
import { describe, expect, it } from "vitest";
import {
  BACK_IS_TOLD_MS,
  MAX_ORIGINS_TOLD,
  type StoredOrigins,
} from "../../../worker/keeping/origins-told.ts";
import { type Probe, probeKey, readPlans } from "../../../worker/keeping/probe.ts";
import { PAUSES_AFTER_MS, REPLACED_AFTER_MS } from "../../../worker/keeping/probe-plans.ts";
import {
  downs,
  dueProbes,
  goodSince,
  hear,
  MAX_PROBES_A_ROUND,
  NO_PROBING,
  nextProbeAt,
  observeProbes,
  type Probing,
  readProbing,
  tellProbed,
  webhookOf,
} from "../../../worker/keeping/probing.ts";
import { aProbe } from "./a-probe.ts";

const FRA = aProbe();
const IAD = aProbe({ name: "web/iad", url: "https://iad.test/healthz" });
const plan = (version: string, ...probes: Probe[]) => ({ version, probes });
const names = (probes: readonly Probe[]) => probes.map(({ name }) => name);

const round = (probing: Probing, at: number, because?: string) =>
  observeProbes(
    probing,
    dueProbes(probing, at).map((probe) => ({ probe, result: { at, ms: 5, ...(because && { because }) } })),
    () => 0,
  );
const failing = (probing: Probing, from: number) =>
  [0, 1, 2].reduce((before, times) => round(before, from + times * 10_000, "timeout"), probing);

describe("the probes that are due", () => {
  it("are those that isolates have told, at once", () => {
    const probing = hear(NO_PROBING, [plan("a", FRA, IAD)], 1_000);
    expect(names(dueProbes(probing, 1_000))).toEqual(["web/fra", "web/iad"]);
    expect(nextProbeAt(probing, 1_000)).toBe(1_000);
  });

  it("are due again when their interval is over", () => {
    const probing = round(hear(NO_PROBING, [plan("a", FRA)], 0), 0);
    expect(dueProbes(probing, 8_999)).toEqual([]);
    expect(nextProbeAt(probing, 9_000)).toBe(10_000);
    expect(names(dueProbes(probing, 9_000))).toEqual(["web/fra"]); // a little early, along with others
  });

  it("go along with others by a tenth of the time for which they wait, also in doubt", () => {
    const doubtful = aProbe({ everyInDoubtMs: 500 });
    const probing = round(hear(NO_PROBING, [plan("a", doubtful)], 0), 0, "503");
    expect(dueProbes(probing, 449)).toEqual([]);
    expect(names(dueProbes(probing, 450))).toEqual(["web/fra"]);
    expect(nextProbeAt(probing, 450)).toBe(500);
  });

  it("are not those that are under way", () => {
    const probing = hear(NO_PROBING, [plan("a", FRA, IAD)], 0);
    const underWay = new Set([probeKey(FRA)]);
    expect(names(dueProbes(probing, 0, underWay))).toEqual(["web/iad"]);
    expect(nextProbeAt(round(probing, 0), 0, underWay)).toBe(10_000);
    expect(nextProbeAt(hear(NO_PROBING, [plan("a", FRA)], 0), 0, underWay)).toBeUndefined();
  });

  it("are none where no plan has any, and that costs nothing", () => {
    expect(hear(NO_PROBING, [plan("a")], 0)).toBe(NO_PROBING);
    expect(nextProbeAt(NO_PROBING, 0)).toBeUndefined();
  });

  it("are so many at once at most, those that have waited longest first", () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      aProbe({ name: `web/o${index}`, url: `https://o${index}.test/` }),
    );
    const first = round(hear(NO_PROBING, [plan("a", ...many)], 0), 0);
    expect(Object.values(first.probed).filter(({ last }) => last)).toHaveLength(MAX_PROBES_A_ROUND);
    expect(names(dueProbes(first, 0))).toEqual(names(many.slice(MAX_PROBES_A_ROUND)));
    expect(nextProbeAt(first, 0)).toBe(0);
  });

  it("come in the order in which they are due", () => {
    const probing = hear(NO_PROBING, [plan("a", FRA, IAD)], 0);
    const iadFirst = observeProbes(
      probing,
      [
        { probe: IAD, result: { at: 0, ms: 5 } },
        { probe: FRA, result: { at: 500, ms: 5 } },
      ],
      () => 0,
    );
    expect(names(dueProbes(iadFirst, 10_000))).toEqual(["web/iad", "web/fra"]);
    expect(nextProbeAt(iadFirst, 9_000)).toBe(10_000);
  });

  it("that were asked while the site changed tell nothing of one that is no longer wanted", () => {
    const probing = hear(NO_PROBING, [plan("a", FRA)], 0);
    const after = observeProbes(probing, [{ probe: IAD, result: { at: 0, ms: 5, because: "503" } }], () => 0);
    expect(after).toEqual(probing);
  });

  it("are wanted if only the second of two versions has any", () => {
    expect(names(dueProbes(hear(NO_PROBING, [plan("a"), plan("b", FRA)], 0), 0))).toEqual(["web/fra"]);
  });
});

describe("a site that nobody tells of any more", () => {
  const down = failing(hear(NO_PROBING, [plan("a", FRA)], 0), 0);

  it("is not probed any more after ten minutes, so a site without traffic or one that is removed costs nothing", () => {
    expect(nextProbeAt(down, PAUSES_AFTER_MS - 1)).toBeDefined();
    expect(nextProbeAt(down, PAUSES_AFTER_MS)).toBeUndefined();
    expect(dueProbes(down, PAUSES_AFTER_MS)).toEqual([]);
  });

  it("keeps what was known, and is probed at once when it is told of again", () => {
    const again = hear(down, [plan("a", FRA)], PAUSES_AFTER_MS * 9);
    expect(downs(again)).toHaveProperty("web/fra");
    expect(names(dueProbes(again, PAUSES_AFTER_MS * 9))).toEqual(["web/fra"]);
  });
});

describe("another version of the site", () => {
  const down = failing(hear(NO_PROBING, [plan("a", FRA)], 0), 0);

  it("that asks the same keeps what is known", () => {
    const faster = aProbe({ everyMs: 5_000 });
    const next = hear(down, [plan("b", faster)], 30_000);
    expect(downs(next)).toEqual(downs(down));
    expect(dueProbes(next, 40_000)).toEqual([faster]);
  });

  it("stands beside the one before until that was not told for two minutes", () => {
    const both = hear(down, [plan("b", IAD)], 30_000);
    expect(names(dueProbes(both, 60_000)).sort()).toEqual(["web/fra", "web/iad"]);
    const later = hear(both, [plan("b", IAD)], REPLACED_AFTER_MS);
    expect(names(dueProbes(later, REPLACED_AFTER_MS))).toEqual(["web/iad"]);
    expect(downs(later)).toEqual({});
  });

  it("without probes ends them, and an origin is not down for ever because nobody asks it", () => {
    const none = hear(down, [plan("b")], REPLACED_AFTER_MS);
    expect(downs(none)).toEqual({});
    expect(nextProbeAt(none, REPLACED_AFTER_MS)).toBeUndefined();
  });

  it("in a rollout may have an origin of the same name elsewhere: it is down if both are", () => {
    const elsewhere = aProbe({ url: "https://elsewhere.test/healthz" });
    const both = hear(down, [plan("a", FRA), plan("b", elsewhere)], 30_000);
    expect(downs(both)).toEqual({});
    const all = failing(both, 40_000);
    expect(downs(all)).toEqual({ "web/fra": { since: 60_005, because: "timeout" } }); // since the later of the two
    const pass = (probing: Probing, probe: Probe, at: number) =>
      observeProbes(probing, [{ probe, result: { at, ms: 5 } }], () => 0);
    for (const good of [FRA, elsewhere]) {
      const back = pass(pass(all, good, 70_000), good, 80_000);
      expect(downs(back)).toEqual({});
      const fails = { at: 90_000, ms: 5, because: "503" };
      const again = [1, 2, 3].reduce(
        (probing) => observeProbes(probing, [{ probe: good, result: fails }], () => 0),
        back,
      );
      expect(downs(again)).toEqual({ "web/fra": { since: 90_005, because: "503" } });
    }
  });

  it("of which no trace is left does not grow: so many versions at once are remembered", () => {
    let probing = NO_PROBING;
    for (let version = 0; version < 50; version++)
      probing = hear(probing, [plan(`v${version}`, aProbe({ url: `https://v${version}.test/` }))], version);
    expect(Object.keys(probing.probed).length).toBeLessThanOrEqual(4);
  });
});

describe("a clock that was set back", () => {
  it("does not stop the probes", () => {
    const probing = round(hear(NO_PROBING, [plan("a", FRA)], 1_000_000), 1_000_000);
    const again = hear(probing, [plan("a", FRA)], 5_000);
    expect(names(dueProbes(again, 5_000))).toEqual(["web/fra"]);
  });
});

describe("what isolates are told", () => {
  const down = failing(hear(NO_PROBING, [plan("a", FRA, IAD)], 0), 0);
  const since = 20_005;
  const NOW = 30_000;

  it("is which origins are down, beside which are drained", () => {
    const told = tellProbed({ "web/fra": { drained: true }, "web/old": { drained: true } }, down, NOW);
    expect(told).toEqual({
      "web/fra": { down: { since, because: "timeout" }, drained: true },
      "web/old": { drained: true },
      "web/iad": { down: { since, because: "timeout" } },
    });
  });

  it("is the same object while nothing changes", () => {
    const told = tellProbed({}, down, NOW);
    expect(tellProbed(told, round(down, 30_000, "connect"), 30_000)).toBe(told);
    const nothing: StoredOrigins = {};
    expect(tellProbed(nothing, NO_PROBING, NOW)).toBe(nothing);
  });

  it("is another object for every change: another time, another reason, another origin, drained or not", () => {
    const told = tellProbed({}, hear(NO_PROBING, [plan("a", FRA)], 0), NOW);
    expect(told).toEqual({});
    const before: StoredOrigins = { "web/fra": { down: { since, because: "timeout" } } };
    const onlyFra = failing(hear(NO_PROBING, [plan("a", FRA)], 0), 0);
    expect(tellProbed(before, onlyFra, NOW)).toBe(before);
    const others: StoredOrigins[] = [
      { "web/fra": { down: { since: since + 1, because: "timeout" } } },
      { "web/fra": { down: { since, because: "503" } } },
      { "web/iad": { down: { since, because: "timeout" } } },
      {},
    ];
    for (const other of others) expect(tellProbed(other, onlyFra, NOW)).toEqual(before);
    const drained: StoredOrigins = { "web/fra": { drained: true } };
    expect(tellProbed(drained, onlyFra, NOW)).toEqual({ "web/fra": { ...before["web/fra"], drained: true } });
  });

  it("is for a while which origins are good again", () => {
    const good = [30_000, 40_000].reduce((probing, at) => round(probing, at), down);
    const before = { ...tellProbed({}, down, NOW), "web/fra": { drained: true } as const };
    const back = { "web/fra": { backSince: 40_005, drained: true }, "web/iad": { backSince: 40_005 } };
    expect(tellProbed(before, good, 40_005)).toEqual(back);
    expect(tellProbed(before, good, 40_004 + BACK_IS_TOLD_MS)).toEqual(back);
    expect(tellProbed(before, good, 40_005 + BACK_IS_TOLD_MS)).toEqual({ "web/fra": { drained: true } });
    expect(goodSince(good, "web/iad")).toBe(40_005);
    expect(goodSince(down, "web/iad")).toBeUndefined();
    const later = observeProbes(
      observeProbes(down, [{ probe: IAD, result: { at: 70_000, ms: 5 } }], () => 0),
      [{ probe: IAD, result: { at: 80_000, ms: 5 } }],
      () => 0,
    );
    expect([goodSince(later, "web/iad"), goodSince(later, "web/fra"), goodSince(later, "web/sin")]).toEqual([
      80_005,
      undefined,
      undefined,
    ]);
  });

  it("has room for every origin that is drained, and then for those that are down", () => {
    const drained = Object.fromEntries(
      Array.from({ length: MAX_ORIGINS_TOLD }, (_, index) => [`web/d${index}`, { drained: true as const }]),
    );
    expect(tellProbed(drained, down, NOW)).toBe(drained);
    const { "web/d0": _, ...oneLess } = drained;
    expect(Object.keys(tellProbed(oneLess, down, NOW))).toEqual([...Object.keys(oneLess), "web/fra"]);
    const { "web/d1": _d1, ...others } = oneLess;
    const full = tellProbed({ "web/d1": { backSince: 1 }, ...others }, down, NOW);
    expect([Object.keys(full).length, full["web/d1"]]).toEqual([MAX_ORIGINS_TOLD, undefined]);
  });

  it("says nothing of an origin that was good ever since, or has failed a probe since it was good again", () => {
    const good = round(hear(NO_PROBING, [plan("a", FRA)], 0), 0);
    expect(tellProbed({}, good, NOW)).toEqual({});
    expect(tellProbed({}, round(good, 10_000, "timeout"), NOW)).toEqual({});
    const back = [30_000, 40_000].reduce((probing, at) => round(probing, at), down);
    expect(tellProbed({}, round(back, 50_000, "timeout"), 50_005)).toEqual({});
  });
});

it("a change is told to the webhook of its own pool", () => {
  const hook = "https://hooks.test/";
  const probing = hear(NO_PROBING, [plan("a", FRA, aProbe({ name: "api/fra", webhook: hook }))], 0);
  expect(webhookOf(probing, { pool: "api", origin: "fra" })).toBe(hook);
  expect(webhookOf(probing, { pool: "web", origin: "fra" })).toBeUndefined();
  expect(webhookOf(probing, { pool: "api", origin: "iad" })).toBeUndefined();
});

describe("what was stored", () => {
  const down = failing(hear(NO_PROBING, [plan("a", FRA)], 0), 0);

  it("is read as it was", () => {
    expect(readProbing(JSON.parse(JSON.stringify(down)))).toEqual(down);
  });

  it.each([
    undefined,
    null,
    7,
    [],
    {},
    { plans: 7 },
    { plans: { heardAt: 1, plans: [] } },
    { plans: { heardAt: 1, plans: [] }, probed: null },
    { plans: { heardAt: 1, plans: [] }, probed: 7 },
    { plans: { heardAt: "1", plans: [] }, probed: {} },
    { plans: { heardAt: 1, plans: {} }, probed: {} },
  ])("and is %j is nothing: the probes find it out again", (value) =>
    expect(readProbing(value)).toEqual(NO_PROBING),
  );

  it("is read without what is damaged", () => {
    const { plans, probed } = JSON.parse(JSON.stringify(down));
    const damaged = {
      plans: { ...plans, plans: [...plans.plans, { version: 7 }] },
      probed: { ...probed, x: 7 },
    };
    expect(readProbing(damaged)).toEqual(down);
  });
});

describe("the plans of a report", () => {
  it("are read as they were told", () => {
    const plans = [
      plan("a", aProbe({ body: "*ok*", headers: [["x-probe", "1"]], webhook: "https://h.test/" })),
    ];
    expect(readPlans(JSON.parse(JSON.stringify(plans)))).toEqual(plans);
  });

  it("may be as large as these bounds", () => {
    const largest = aProbe({
      name: `${"p".repeat(64)}/${"o".repeat(64)}`,
      url: `http://a.test/${"x".repeat(4_082)}`,
      method: "M".repeat(16),
      headers: Array.from({ length: 100 }, () => ["x", "y".repeat(4_096)] as const),
      everyMs: 1_000,
      everyWhenGoodMs: 1_000,
      timeoutMs: 1,
      rise: 1,
      fall: 1,
      body: "b".repeat(1_000),
    });
    const plans = [plan("v".repeat(64), largest)];
    expect(readPlans(plans)).toEqual(plans);
  });

  it.each([
    ["no list", {}],
    ["nothing in it", [null]],
    ["a version that is none", [{ version: 7, probes: [] }]],
    ["a version that is too long", [plan("v".repeat(65))]],
    ["no probes", [{ version: "a" }]],
    ["a probe that is none", [{ version: "a", probes: [7, null] }]],
    ["a URL that is too long", [plan("a", aProbe({ url: `http://a.test/${"x".repeat(4_083)}` }))]],
    ["a URL that cannot be parsed", [plan("a", aProbe({ url: "http://a b/" }))]],
    ["a URL in the middle", [plan("a", aProbe({ url: "file:http://a/" }))]],
    ["a method that is too long", [plan("a", aProbe({ method: "M".repeat(17) }))]],
    [
      "too many headers",
      [plan("a", aProbe({ headers: Array.from({ length: 101 }, () => ["x", "y"] as const) }))],
    ],
    ["a header that is too long", [plan("a", aProbe({ headers: [["x", "y".repeat(4_097)]] }))]],
    ["headers that are no list", [plan("a", aProbe({ headers: {} as unknown as Probe["headers"] }))]],
    [
      "half a header that is none",
      [plan("a", aProbe({ headers: [["x", 7]] as unknown as Probe["headers"] }))],
    ],
    ["no time for good ones", [plan("a", aProbe({ everyWhenGoodMs: Number.NaN }))]],
    ["a doubt without a pause", [plan("a", aProbe({ everyInDoubtMs: 1 }))]],
    ["an interval in words", [plan("a", aProbe({ everyMs: "15000" as unknown as number }))]],
    ["an endless interval", [plan("a", aProbe({ everyMs: Number.POSITIVE_INFINITY }))]],
    ["no time-out", [plan("a", aProbe({ timeoutMs: 0 }))]],
    ["half a rise", [plan("a", aProbe({ rise: 1.5 }))]],
    ["statuses that are no list", [plan("a", aProbe({ statuses: "200" as unknown as string[] }))]],
    ["statuses that are numbers", [plan("a", aProbe({ statuses: ["200", 200] as unknown as string[] }))]],
    ["a status that is too long", [plan("a", aProbe({ statuses: ["2000"] }))]],
    ["a body that is too long", [plan("a", aProbe({ body: "b".repeat(1_001) }))]],
    ["three versions", [plan("a"), plan("b"), plan("c")]],
    ["a URL that is none of http", [plan("a", aProbe({ url: "file:///etc/passwd" }))]],
    ["a webhook that is none", [plan("a", aProbe({ webhook: "javascript:1" }))]],
    ["a name without a pool", [plan("a", aProbe({ name: "fra" }))]],
    ["more than one probe a second", [plan("a", aProbe({ everyMs: 999 }))]],
    ["more than so many", [plan("a", ...Array.from({ length: 65 }, () => FRA))]],
    ["no fall", [plan("a", aProbe({ fall: 0 }))]],
    ["headers that are none", [plan("a", aProbe({ headers: [["x"]] as unknown as Probe["headers"] }))]],
  ])("are none with %s", (_what, plans) => {
    expect(readPlans(plans)).toBeUndefined();
  });
});
