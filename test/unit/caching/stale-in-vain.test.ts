import { describe, expect, it } from "vitest";
import { type StaleForbidder, termsOf } from "../../../worker/caching/law/terms.ts";
import { type StaleInVain, staleInVain } from "../../../worker/explaining/stored-explained.ts";
import { NOW, someRules } from "./an-entry.ts";

type Config = NonNullable<Parameters<typeof someRules>[0]>;

function inVain(cacheControl: string, config: Config): StaleInVain | undefined {
  const headers = new Headers({ "cache-control": cacheControl });
  const rules = someRules(config);
  return staleInVain(headers, rules, termsOf({ status: 200, headers, receivedAt: NOW }, rules));
}

const BOTH = "stale-while-revalidate=9, stale-if-error=9";
const BY_ORIGIN = ["stale-while-revalidate", "stale-if-error"];
const ROUTE: Config = { staleWhileRevalidate: "9s", staleIfError: "9s" };
const BY_ROUTE = ["cache.staleWhileRevalidate", "cache.staleIfError"];

describe("stale responses are promised in vain", () => {
  const cases: [cacheControl: string, config: Config, promised: string[], by: StaleForbidder | undefined][] =
    [
      [`max-age=1, must-revalidate, ${BOTH}`, {}, BY_ORIGIN, "must-revalidate"],
      [`max-age=1, proxy-revalidate, ${BOTH}`, {}, BY_ORIGIN, "proxy-revalidate"],
      [`no-cache, ${BOTH}`, {}, BY_ORIGIN, "no-cache"],
      [`s-maxage=1, ${BOTH}`, {}, BY_ORIGIN, "s-maxage"],
      ["max-age=1, must-revalidate, stale-if-error=9", {}, ["stale-if-error"], "must-revalidate"],
      ["max-age=1, must-revalidate", ROUTE, BY_ROUTE, "must-revalidate"],
      ["max-age=1, must-revalidate", { staleIfError: "9s" }, ["cache.staleIfError"], "must-revalidate"],
      [`s-maxage=1, ${BOTH}`, ROUTE, [...BY_ORIGIN, ...BY_ROUTE], "s-maxage"],
      // Nobody declared it fresh, so the route's windows have nothing to extend.
      ["max-age=0", ROUTE, BY_ROUTE, undefined],
      [`max-age=0, ${BOTH}`, ROUTE, BY_ROUTE, undefined],
    ];
  for (const [cacheControl, config, promised, forbiddenBy] of cases) {
    it(`${cacheControl}, ${JSON.stringify(config)}`, () =>
      expect(inVain(cacheControl, config)).toEqual({ promised, forbiddenBy }));
  }
});

describe("and are not", () => {
  const cases: [what: string, cacheControl: string, config: Config][] = [
    ["where nothing forbids them", `max-age=1, ${BOTH}`, ROUTE],
    ["where none are promised", "max-age=1, must-revalidate", {}],
    ["where none are promised, and nothing is fresh", "max-age=0", {}],
    ["where the origin promises them without freshness: its word stands alone", `max-age=0, ${BOTH}`, {}],
    ["where the route serves stale despite s-maxage", `s-maxage=1, ${BOTH}`, { staleDespiteSMaxage: true }],
    [
      "where the route says 0s",
      "max-age=1, must-revalidate",
      { staleWhileRevalidate: "0s", staleIfError: "0s" },
    ],
  ];
  for (const [what, cacheControl, config] of cases) {
    it(what, () => expect(inVain(cacheControl, config)).toBeUndefined());
  }
});
