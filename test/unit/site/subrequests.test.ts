import { describe, expect, it } from "vitest";
import { validateSite } from "../../../shared/site/validate.ts";
import { tooManyAttempts, tooManySlices } from "../../../shared/site/warnings/subrequests.ts";
import { aSite, WEB } from "./fixtures.ts";

interface Parts {
  readonly route?: object;
  readonly pool?: object;
  readonly site?: object;
}

function siteWith(attempts: readonly number[], { route = {}, pool = {}, site: rest = {} }: Parts) {
  const ids = attempts.map((_, at) => `p${at}`);
  const pools = Object.fromEntries(
    attempts.map((most, at) => [`p${at}`, { ...WEB, retry: { attempts: most }, ...(at === 0 && pool) }]),
  );
  const more = { spare: { ...WEB, retry: { attempts: 5 } }, page: { ...WEB, retry: { attempts: 1 } } };
  const routes = [{ id: "rest", to: ids, cache: "off", ...route }];
  const site = validateSite(aSite({ pools: { ...pools, ...more }, routes, ...rest }));
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return site.value;
}

/** Four of the fifty are kept for what an isolate refreshes beside a request. */
describe("a route whose request may need more subrequests than the free plan starts", () => {
  const warnings = (attempts: readonly number[], parts: Parts = {}): string[] =>
    tooManyAttempts(siteWith(attempts, parts)).map(
      ({ path, message, onlyOn }) => `${onlyOn}: ${path}: ${message}`,
    );
  const told = (attempts: number, others: number) => [
    expect.stringContaining(
      `cloudflare: routes[0].to: a request may need ${attempts} attempts and ${others} other subrequests`,
    ),
  ];

  it("is told where its pools have as many attempts", () => {
    expect(warnings([10, 10, 10, 10, 6])).toEqual([]);
    expect(warnings([10, 10, 10, 10, 7])).toEqual(told(47, 4));
  });

  it("is told where they follow a folder that has no file", () => {
    const route = { to: undefined, files: { folder: "shop", else: ["p0", "p1", "p2", "p3", "p4"] } };
    const named = (attempts: number) => [
      expect.stringContaining(
        `cloudflare: routes[0].files: a request may need ${attempts} attempts and 4 other`,
      ),
    ];
    expect(warnings([10, 10, 10, 10, 6], { route })).toEqual([]);
    expect(warnings([10, 10, 10, 10, 7], { route })).toEqual(named(47));
  });

  it("is told where the last ones are those of a mirror, which each pool has", () => {
    expect(warnings([10, 10, 10, 10, 1], { route: { mirror: { to: "spare" } } })).toEqual([]);
    expect(warnings([10, 10, 10, 10, 2], { route: { mirror: { to: "spare" } } })).toEqual(told(47, 4));
  });

  it("is told where they are those of a sorry pool", () => {
    expect(warnings([10, 10, 10, 10, 1], { pool: { sorry: "spare" } })).toEqual([]);
    expect(warnings([10, 10, 10, 10, 2], { pool: { sorry: "spare" } })).toEqual(told(47, 4));
    const respond = { sorry: { respond: { body: "sorry" } } };
    expect(warnings([10, 10, 10, 10, 6], { pool: respond })).toEqual([]);
  });

  it("is told where they are those of a page for an error, of which one is shown", () => {
    const errors = {
      pages: {
        404: { pool: "page", path: "/404" },
        "5xx": { pool: "spare", path: "/5xx" },
        403: { body: "no" },
      },
    };
    expect(warnings([10, 10, 10, 10, 1], { route: { errors } })).toEqual([]);
    expect(warnings([10, 10, 10, 10, 2], { route: { errors } })).toEqual(told(47, 4));
    expect(warnings([10, 10, 10, 10, 2], { site: { errors } })).toEqual(told(47, 4));
  });

  it("is told where the last one asks the server that decides who gets in", () => {
    const auth = { forward: { url: "https://auth.test/check" } };
    expect(warnings([10, 10, 10, 10, 5], { route: { auth } })).toEqual([]);
    expect(warnings([10, 10, 10, 10, 6], { route: { auth } })).toEqual(told(46, 5));
    expect(warnings([10, 10, 10, 10, 6], { site: { auth } })).toEqual(told(46, 5));
    expect(warnings([10, 10, 10, 10, 6], { site: { auth }, route: { auth: "off" } })).toEqual([]);
  });

  it("is told where a cache needs calls of its own, and asks twice if what is stored cannot be validated", () => {
    expect(warnings([9, 9], { route: { cache: {} } })).toEqual([]);
    expect(warnings([9, 9], { route: { cache: undefined } })).toEqual([]);
    expect(warnings([10, 9], { route: { cache: {} } })).toEqual(told(38, 14));
    expect(warnings([10, 9], { route: { cache: undefined } })).toEqual(told(38, 14));
  });

  it("is not told of limits that are exact: objects have a number of their own", () => {
    const limit = { rate: 10, per: "1m", strength: "exact" };
    expect(warnings([10, 10, 10, 10, 6], { route: { limit } })).toEqual([]);
  });
});

describe("a route with slices", () => {
  const warnings = (attempts: number, cache: object | "off", more: object = {}): string[] =>
    tooManySlices(siteWith([attempts], { route: { cache, ...more } })).map(
      ({ path, message, onlyOn }) => `${onlyOn}: ${path}: ${message}`,
    );

  it("is told how many of them a download may need on the free plan", () => {
    expect(warnings(3, { slice: "1MiB" })).toEqual([
      "cloudflare: routes[0].cache.slice: a download breaks off after 9 slices that are not in memory (9216KiB), because Cloudflare's free " +
        "plan starts 50 subrequests; after 4 if all attempts are needed; make the slices larger",
    ]);
    expect(warnings(1, { slice: "1MiB" }, { mirror: { to: "spare" } })).toEqual([
      expect.stringContaining("after 7 slices that are not in memory (7168KiB)"),
    ]);
  });

  it("is not told if they cannot be larger, or if there are none", () => {
    expect(warnings(3, { slice: "16MiB" })).toEqual([]);
    expect(warnings(3, {})).toEqual([]);
    expect(warnings(3, "off")).toEqual([]);
  });
});
