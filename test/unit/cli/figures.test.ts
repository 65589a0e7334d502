import { describe, expect, it } from "vitest";
import { unpainted } from "../../../cli/printing/terminal-text.ts";
import { figuresOf } from "../../../cli/watching/figures.ts";
import { sitePage } from "../../../cli/watching/site-page.ts";
import { Counters } from "../../../worker/keeping/counters.ts";
import { type Counts, NO_COUNTS } from "../../../worker/keeping/counts.ts";
import { NO_SWITCHES } from "../../../worker/keeping/switch-command.ts";

function someCounts(): Counts {
  const counters = new Counters();
  const request = {
    site: "a",
    route: "assets",
    status: 200,
    refusal: null,
    cache: "hit",
    origin: null,
    ms: 3,
  };
  for (let count = 0; count < 18; count++) counters.request(request);
  counters.request({ ...request, cache: "uri-miss", ms: 80 });
  counters.request({ ...request, route: "api", cache: "bypass", status: 502, ms: 99_000 });
  counters.request({ ...request, route: null, cache: null, status: 404, refusal: "no-route" });
  const failed = { kind: "failure", failure: { kind: "timeout", afterMs: 1 } } as const;
  counters.attempts("a", "web", [{ origin: { id: "fra" }, attempted: failed }]);
  counters.attempts("a", "web", [{ origin: { id: "fra" }, attempted: { kind: "status", status: 404 } }]);
  return counters.take("a") as Counts;
}

describe("the figures of a site", () => {
  it("are rates over the time that was counted, and shares", () => {
    const figures = figuresOf({ counts: someCounts(), overMs: 10_000 });
    expect(figures).toMatchObject({
      overSeconds: 10,
      total: { count: 21, perSecond: 2.1, hitShare: 18 / 20, errorShare: 1 / 21 },
      routes: [
        { route: "assets", count: 19, hitShare: 18 / 19, errorShare: 0 },
        { route: "api", count: 1, hitShare: 0, errorShare: 1 },
        { route: "none", count: 1, hitShare: null, errorShare: 0 },
      ],
      origins: [{ pool: "web", origin: "fra", attempts: 2, perSecond: 0.2, failedShare: 0.5 }],
      refusals: [{ reason: "no-route", count: 1 }],
      p50Ms: 5,
      p95Ms: 100,
    });
  });

  it("are none of nothing", () => {
    expect(figuresOf({ counts: NO_COUNTS, overMs: 0 })).toEqual({
      overSeconds: 0,
      total: { count: 0, perSecond: 0, hitShare: null, errorShare: null },
      routes: [],
      origins: [],
      refusals: [],
      p50Ms: null,
      p95Ms: null,
    });
  });

  it("say that a duration exceeded all bounds", () => {
    const counters = new Counters();
    counters.request({
      site: "a",
      route: "x",
      status: 200,
      refusal: null,
      cache: null,
      origin: null,
      ms: 60_000,
    });
    expect(figuresOf({ counts: counters.take("a") as Counts, overMs: 10_000 })).toMatchObject({
      p50Ms: null,
      p95Ms: null,
    });
  });
});

describe("the page of a site", () => {
  const site = {
    name: "shop.test",
    version: "3f9c1e",
    hosts: ["shop.test"],
    revision: 7,
    origins: [],
    lists: [],
    toldAt: 0,
  };

  it("has a table for routes, origins and refusals", () => {
    const figures = figuresOf({ counts: someCounts(), overMs: 10_000 });
    const switches = { ...NO_SWITCHES, cacheOff: true };
    expect(sitePage({ ...site, switches, figures }, unpainted)).toBe(
      [
        "shop.test  the last 10s  revision 7  cache off",
        "  2.1 requests/s, 90 % from the cache, 4.8 % answered with 5xx, half within 5ms, 95 % within 100ms",
        "",
        "  route   requests/s  hits    5xx",
        "  assets         1.9  95 %    0 %",
        "  api            0.1   0 %  100 %",
        "  none           0.1     -    0 %",
        "",
        "  origin   attempts/s  failed",
        "  web/fra         0.2    50 %",
        "",
        "  refused   requests",
        "  no-route         1",
      ].join("\n"),
    );
  });

  it("has none of them without traffic", () => {
    const figures = figuresOf({ counts: NO_COUNTS, overMs: 0 });
    expect(sitePage({ ...site, switches: NO_SWITCHES, figures }, unpainted)).toBe(
      "shop.test  nothing yet  revision 7\n  0.0 requests/s",
    );
  });

  it("is cut if it has more rows than a screen", () => {
    const requests = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`r${at} hit 2xx`, 30 - at]));
    const figures = figuresOf({ counts: { ...NO_COUNTS, requests }, overMs: 1_000 });
    const page = sitePage({ ...site, switches: NO_SWITCHES, figures }, unpainted);
    expect(page).toContain("r11");
    expect(page).not.toContain("r12");
    expect(page).toContain("  and 18 more");
  });
});
