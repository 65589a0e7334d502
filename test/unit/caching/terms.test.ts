import { describe, expect, it } from "vitest";
import { parseDirectives } from "../../../worker/caching/law/directives.ts";
import { forbidderOfStale, type Terms, termsOf } from "../../../worker/caching/law/terms.ts";
import { NOW, someRules } from "./an-entry.ts";

const DAY = 86_400_000;
const dated = (seconds: number) => new Date(NOW + seconds * 1_000).toUTCString();

function terms(
  fields: Record<string, string>,
  config: Parameters<typeof someRules>[0] = {},
  status = 200,
): Terms {
  return termsOf({ status, headers: new Headers(fields), receivedAt: NOW }, someRules(config));
}

describe("whose word is it how long a response is fresh", () => {
  const cases: [
    name: string,
    fields: Record<string, string>,
    config: object,
    status: number,
    ms: number,
    because: Terms["because"],
  ][] = [
    [
      "statusTtl before everything",
      { "cache-control": "s-maxage=9" },
      { statusTtl: { 200: "1s" }, ttl: "2s" },
      200,
      1_000,
      "status-ttl",
    ],
    [
      "ttl before the origin",
      { "cache-control": "s-maxage=9" },
      { ttl: "2s", defaultTtl: "3s" },
      200,
      2_000,
      "route-ttl",
    ],
    ["ttl for a redirect", {}, { ttl: "2s" }, 301, 2_000, "route-ttl"],
    ["ttl not for a missing page", {}, { ttl: "2s" }, 404, 0, "none"],
    ["ttl not for an error", { "cache-control": "max-age=1" }, { ttl: "2s" }, 503, 1_000, "max-age"],
    ["ttl not for a redirect of the moment", {}, { ttl: "2s" }, 302, 0, "none"],
    ["s-maxage before max-age", { "cache-control": "max-age=1, s-maxage=9" }, {}, 200, 9_000, "s-maxage"],
    [
      "max-age before Expires",
      { "cache-control": "max-age=1", expires: dated(9) },
      {},
      200,
      1_000,
      "max-age",
    ],
    ["Expires from Date", { date: dated(-5), expires: dated(9) }, {}, 200, 14_000, "expires"],
    ["Expires from arrival without a Date", { expires: dated(9) }, {}, 200, 9_000, "expires"],
    ["Expires of the past", { expires: dated(-9) }, {}, 200, 0, "expires"],
    ["Expires that is no date", { expires: "0" }, { defaultTtl: "3s" }, 200, 0, "expires"],
    [
      "Expires not where a targeted field speaks",
      { "cdn-cache-control": "public", expires: dated(9) },
      {},
      200,
      0,
      "none",
    ],
    ["defaultTtl where the origin says nothing", {}, { defaultTtl: "3s" }, 200, 3_000, "default-ttl"],
    [
      "defaultTtl before the estimate",
      { "last-modified": dated(-100) },
      { defaultTtl: "3s" },
      200,
      3_000,
      "default-ttl",
    ],
    ["defaultTtl not for an error", {}, { defaultTtl: "3s" }, 500, 0, "none"],
    ["defaultTtl for a missing page", {}, { defaultTtl: "3s" }, 404, 3_000, "default-ttl"],
    ["defaultTtl not for a URL that is too long", {}, { defaultTtl: "3s" }, 414, 0, "none"],
    ["defaultTtl not for a redirect of the moment", {}, { defaultTtl: "3s" }, 302, 0, "none"],
    [
      "defaultTtl for a redirect that says public",
      { "cache-control": "public" },
      { defaultTtl: "3s" },
      302,
      3_000,
      "default-ttl",
    ],
    [
      "defaultTtl not for an error that says public",
      { "cache-control": "public" },
      { defaultTtl: "3s" },
      500,
      0,
      "none",
    ],
    [
      "the estimate for an error that says public",
      { "cache-control": "public", "last-modified": dated(-100) },
      { defaultTtl: "3s" },
      599,
      10_000,
      "heuristic",
    ],
    [
      "a max-age that cannot be read, in place of all that follows",
      { "cache-control": "max-age=abc", expires: dated(9), "last-modified": dated(-100) },
      { defaultTtl: "3s" },
      200,
      0,
      "invalid",
    ],
    [
      "an s-maxage that cannot be read, beside a max-age",
      { "cache-control": "s-maxage=6O, max-age=60" },
      {},
      200,
      0,
      "invalid",
    ],
    ["the estimate", { "last-modified": dated(-100) }, {}, 200, 10_000, "heuristic"],
    ["the estimate of a day at most", { "last-modified": dated(-86_400 * 100) }, {}, 200, DAY, "heuristic"],
    ["nothing", {}, {}, 200, 0, "none"],
    ["nothing for what was modified just now", { "last-modified": dated(0) }, {}, 200, 0, "none"],
    ["nothing for a Last-Modified of the future", { "last-modified": dated(100) }, {}, 200, 0, "none"],
  ];
  for (const [name, fields, config, status, ms, because] of cases) {
    it(name, () => expect(terms(fields, config, status)).toMatchObject({ freshForMs: ms, because }));
  }
});

describe("for how long it may be stale", () => {
  type Stale = [swr: number, onError: number, cutOff: number];
  const cases: [name: string, cacheControl: string, config: object, stale: Stale][] = [
    ["by default only for an origin that is cut off", "max-age=1", {}, [0, 0, DAY]],
    [
      "by the origin's word",
      "max-age=1, stale-while-revalidate=5, stale-if-error=6",
      {},
      [5_000, 6_000, DAY],
    ],
    [
      "by the route's word",
      "max-age=1",
      { staleWhileRevalidate: "5s", staleIfError: "6s" },
      [5_000, 6_000, DAY],
    ],
    [
      "the origin's stale-while-revalidate beats the route's",
      "max-age=1, stale-while-revalidate=1",
      { staleWhileRevalidate: "5s" },
      [1_000, 0, DAY],
    ],
    [
      "the route's staleIfError is a floor",
      "max-age=1, stale-if-error=1",
      { staleIfError: "6s" },
      [0, 6_000, DAY],
    ],
    ["and no ceiling", "max-age=1, stale-if-error=9", { staleIfError: "6s" }, [0, 9_000, DAY]],
    ["longer than a day counts when cut off too", "max-age=1", { staleIfError: "3d" }, [0, 3 * DAY, 3 * DAY]],
    ["staleIfError: 0s means not even when cut off", "max-age=1", { staleIfError: "0s" }, [0, 0, 0]],
    ["but not against the origin's own word", "stale-if-error=9", { staleIfError: "0s" }, [0, 9_000, 9_000]],
    [
      "by the origin's word alone where nobody declared it fresh",
      "stale-while-revalidate=1, stale-if-error=2",
      { staleWhileRevalidate: "5s", staleIfError: "6s" },
      [1_000, 2_000, 2_000],
    ],
    ["not by the route's word then", "", { staleWhileRevalidate: "5s", staleIfError: "6s" }, [0, 0, 0]],
    [
      "but for the shortest of lifetimes",
      "",
      { ttl: "1ms", staleWhileRevalidate: "5s", staleIfError: "6s" },
      [5_000, 6_000, DAY],
    ],
    ["nor for a lifetime of 0", "max-age=0", { staleWhileRevalidate: "5s", staleIfError: "6s" }, [0, 0, 0]],
    [
      "not even by the origin's word for a lifetime that cannot be read",
      "max-age=abc, stale-while-revalidate=5, stale-if-error=6",
      { staleWhileRevalidate: "5s", staleIfError: "6s" },
      [0, 0, 0],
    ],
    [
      "never with must-revalidate",
      "must-revalidate, stale-if-error=9",
      { staleWhileRevalidate: "5s" },
      [0, 0, 0],
    ],
    [
      "never with proxy-revalidate",
      "proxy-revalidate, stale-if-error=9",
      { staleWhileRevalidate: "5s" },
      [0, 0, 0],
    ],
    ["never with no-cache", "no-cache, stale-if-error=9", { staleWhileRevalidate: "5s" }, [0, 0, 0]],
    ["never with s-maxage", "s-maxage=1, stale-while-revalidate=5", {}, [0, 0, 0]],
    [
      "but with s-maxage where the route reads it otherwise",
      "s-maxage=1, stale-while-revalidate=5",
      { staleDespiteSMaxage: true },
      [5_000, 0, DAY],
    ],
    [
      "not with must-revalidate even then",
      "must-revalidate, stale-while-revalidate=5",
      { staleDespiteSMaxage: true },
      [0, 0, 0],
    ],
  ];
  for (const [name, cacheControl, config, [swr, onError, cutOff]] of cases) {
    it(name, () => {
      expect(terms({ "cache-control": cacheControl }, config)).toMatchObject({
        staleWhileRevalidateMs: swr,
        staleIfErrorMs: onError,
        staleIfDisconnectedMs: cutOff,
      });
    });
  }
});

describe("what forbids stale responses, the strictest first", () => {
  const all = "s-maxage=1, proxy-revalidate, must-revalidate, no-cache".split(", ");
  const names = ["s-maxage", "proxy-revalidate", "must-revalidate", "no-cache"];
  for (const [at, name] of names.entries()) {
    it(name, () => {
      const directives = parseDirectives(all.slice(0, at + 1).join(", "));
      expect(forbidderOfStale(directives, someRules())).toBe(name);
    });
  }
  it("not s-maxage where the route reads it otherwise, nor no-cache that names fields", () => {
    const lenient = someRules({ staleDespiteSMaxage: true });
    expect(forbidderOfStale(parseDirectives("s-maxage=1"), lenient)).toBeUndefined();
    expect(forbidderOfStale(parseDirectives('no-cache="a"'), someRules())).toBeUndefined();
  });
});

describe("an error of the moment", () => {
  const stale = (cacheControl: string, status: number) => {
    const config = {
      staleWhileRevalidate: "5s",
      staleIfError: "6s",
      statusTtl: { "4xx": "1s", "5xx": "1s" },
    };
    const { staleWhileRevalidateMs, staleIfErrorMs, staleIfDisconnectedMs } = terms(
      { "cache-control": cacheControl },
      config,
      status,
    );
    return [staleWhileRevalidateMs, staleIfErrorMs, staleIfDisconnectedMs];
  };
  for (const status of [500, 501, 503, 429, 408]) {
    it(`(${status}) is not shown past its freshness by the route's word`, () => {
      expect(stale("max-age=1", status)).toEqual([0, 0, 0]);
    });
    it(`(${status}) is by the origin's own`, () => {
      expect(stale("max-age=1, stale-while-revalidate=2", status)).toEqual([2_000, 0, 0]);
    });
  }
  for (const status of [404, 410, 403]) {
    it(`and its neighbour, what the URL leads to now (${status}), is`, () => {
      expect(stale("max-age=1", status)).toEqual([5_000, 6_000, DAY]);
    });
  }
});

describe("always revalidated", () => {
  it("with no-cache, whatever the route's ttl", () => {
    expect(terms({ "cache-control": "no-cache" }, { ttl: "1h" })).toMatchObject({ alwaysRevalidate: true });
  });
  it("not with no-cache that names fields", () => {
    expect(terms({ "cache-control": 'no-cache="a"' })).toMatchObject({ alwaysRevalidate: false });
  });
});
