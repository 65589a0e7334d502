import { describe, expect, it } from "vitest";
import { Counters } from "../../../worker/keeping/counters.ts";
import {
  addCounts,
  BOUNDS_MS,
  type Counts,
  condensed,
  HISTOGRAM_LENGTH,
  MAX_KEYS,
  NO_COUNTS,
  readCounts,
  SUM_AT,
} from "../../../worker/keeping/counts.ts";
import type { RequestMeasure } from "../../../worker/ports.ts";

const aRequest = (more: Partial<RequestMeasure> = {}): RequestMeasure => ({
  site: "a.test",
  route: "assets",
  status: 200,
  refusal: null,
  cache: "hit",
  origin: null,
  ms: 3,
  ...more,
});

const sumOf = (sums: Readonly<Record<string, number>>) => Object.values(sums).reduce((a, b) => a + b, 0);

describe("the counters of an isolate", () => {
  it("count requests by site, route, cache outcome and class of the status", () => {
    const counters = new Counters();
    counters.request(aRequest());
    counters.request(aRequest({ status: 206 }));
    counters.request(aRequest({ cache: "uri-miss" }));
    counters.request(aRequest({ route: null, cache: null, status: 404, refusal: "no-route" }));
    counters.request(aRequest({ site: "b.test", status: 304 }));
    counters.request(aRequest({ site: null, status: 404, refusal: "no-site" }));
    expect(counters.take("a.test")).toMatchObject({
      requests: { "assets hit 2xx": 2, "assets uri-miss 2xx": 1, "none none 4xx": 1 },
      refusals: { "no-route": 1 },
    });
    expect(counters.take("b.test")?.requests).toEqual({ "assets hit 3xx": 1 });
  });

  it("count a duration at the first bound that it does not exceed", () => {
    const counters = new Counters();
    for (const ms of [0, 5, 6, 10_000, 10_001]) counters.request(aRequest({ ms }));
    const histogram = counters.take("a.test")?.durations.assets ?? [];
    expect(histogram).toHaveLength(HISTOGRAM_LENGTH);
    expect(histogram.slice(0, 2)).toEqual([2, 1]);
    expect(histogram.slice(BOUNDS_MS.length - 1)).toEqual([1, 1, 20_012]);
  });

  it("count every attempt by its number and its outcome", () => {
    const counters = new Counters();
    const failed = { kind: "failure", failure: { kind: "connect", message: "" } } as const;
    const answered = { kind: "status", status: 503 } as const;
    counters.attempts("a.test", "web", [
      { origin: { id: "fra" }, attempted: failed },
      { origin: { id: "iad" }, attempted: answered },
    ]);
    counters.attempts("a.test", "web", Array(5).fill({ origin: { id: "fra" }, attempted: answered }));
    expect(counters.take("a.test")?.attempts).toEqual({
      "web fra 1 connect": 1,
      "web iad 2 5xx": 1,
      "web fra 1 5xx": 1,
      "web fra 2 5xx": 1,
      "web fra 3 5xx": 1,
      "web fra other 5xx": 2,
    });
  });

  it("begin again when they are taken, and go on where they were when they are given back", () => {
    const counters = new Counters();
    counters.request(aRequest());
    const taken = counters.take("a.test") as Counts;
    expect(counters.take("a.test")).toBeUndefined();
    counters.request(aRequest({ ms: 100 }));
    counters.giveBack("a.test", taken);
    counters.request(aRequest());
    const all = counters.take("a.test") as Counts;
    expect(all.requests).toEqual({ "assets hit 2xx": 3 });
    expect(all.durations.assets?.[SUM_AT]).toBe(106);
    expect(taken.requests).toEqual({ "assets hit 2xx": 1 }); // what was sent is not changed afterwards
    expect(taken.durations.assets?.[SUM_AT]).toBe(3);
  });

  it("have a bound: what exceeds it is counted as other, and nothing is lost", () => {
    const counters = new Counters();
    const many = MAX_KEYS + 50;
    for (let route = 0; route < many; route++) {
      counters.request(aRequest({ route: `r${route}`, refusal: "loop", status: 508 }));
      counters.attempts("a.test", "web", [
        { origin: { id: `o${route}` }, attempted: { kind: "status", status: 200 } },
      ]);
    }
    const { requests, durations, attempts, refusals } = counters.take("a.test") as Counts;
    expect(requests["other other 5xx"]).toBe(50);
    expect(attempts["other other other 2xx"]).toBe(50);
    expect([sumOf(requests), sumOf(attempts), sumOf(refusals)]).toEqual([many, many, many]);
    expect(Object.keys(durations).length).toBe(MAX_KEYS + 1);
    expect(readCounts({ requests, durations, attempts, refusals })).toBeDefined();
  });

  it("forget the site that came first when there are too many", () => {
    const counters = new Counters();
    for (let site = 0; site < 1_001; site++) counters.request(aRequest({ site: `s${site}` }));
    expect(counters.take("s0")).toBeUndefined();
    expect(counters.take("s1000")).toBeDefined();
  });
});

describe("counts", () => {
  const some: Counts = {
    requests: { "a hit 2xx": 2 },
    durations: { a: [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7] },
    attempts: { "web fra 1 2xx": 1 },
    refusals: { loop: 1 },
  };

  it("add up in any order, and nothing changes them", () => {
    const other: Counts = { ...some, requests: { "b hit 2xx": 1 }, durations: { b: some.durations.a ?? [] } };
    expect(addCounts(some, other)).toEqual(addCounts(other, some));
    expect(addCounts(some, NO_COUNTS)).toEqual(some);
    expect(addCounts(some, some)).toMatchObject({ requests: { "a hit 2xx": 4 }, refusals: { loop: 2 } });
    expect(some.requests).toEqual({ "a hit 2xx": 2 });
  });

  it("stay within the bound however many are added", () => {
    let all = NO_COUNTS;
    for (let at = 0; at < MAX_KEYS * 2; at++)
      all = addCounts(all, {
        ...NO_COUNTS,
        requests: { [`r${at} hit 2xx`]: 1 },
        refusals: { [`f${at}`]: 1 },
      });
    expect(Object.keys(all.requests).length).toBe(MAX_KEYS + 1);
    expect(all.requests["other other 2xx"]).toBe(MAX_KEYS);
    expect(all.refusals.other).toBe(MAX_KEYS);
  });

  it("are condensed to one histogram", () => {
    const other = addCounts(some, { ...NO_COUNTS, durations: { b: some.durations.a ?? [] } });
    expect(condensed(other).durations).toEqual({ all: [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14] });
    expect(condensed(NO_COUNTS)).toEqual(NO_COUNTS);
  });

  it("are read as they were sent, and nothing else is", () => {
    expect(readCounts(JSON.parse(JSON.stringify(some)))).toEqual(some);
    const wrong: unknown[] = [
      undefined,
      null,
      [],
      "x",
      {},
      { ...some, requests: { a: -1 } },
      { ...some, requests: { a: "1" } },
      { ...some, requests: { a: Number.NaN } },
      { ...some, durations: { a: [1, 2] } },
      { ...some, durations: { a: 1 } },
      { ...some, durations: { a: [...(some.durations.a ?? []).slice(1), -1] } },
      { ...some, durations: { a: [-1, ...(some.durations.a ?? []).slice(1)] } },
      { ...some, refusals: null },
      { ...some, attempts: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}`, 1])) },
    ];
    for (const value of wrong) expect(readCounts(value)).toBeUndefined();
  });
});
