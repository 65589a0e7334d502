import { describe, expect, it } from "vitest";
import { cacheRules } from "../../../shared/site/cache-schema.ts";
import { compileCacheRules, DEFAULT_CACHE } from "../../../worker/caching/law/rules.ts";
import { PLACE, someRules } from "./an-entry.ts";

it("off is null, and nothing said is the defaults", () => {
  expect(compileCacheRules("off", PLACE)).toBeNull();
  expect(compileCacheRules(undefined, PLACE)).toMatchObject({
    ttlMs: undefined,
    defaultTtlMs: undefined,
    browserTtlMs: undefined,
    staleWhileRevalidateMs: undefined,
    staleIfErrorMs: undefined,
    staleDespiteSMaxage: false,
    keyHasHost: true,
    query: { only: null, except: [], sorted: false },
    selectors: [],
    setCookie: "refuse",
    maxObjectBytes: 26_214_400,
    methods: new Set(["GET", "POST", "QUERY"]),
  });
});

it("the defaults are those of the schema", () => {
  expect(DEFAULT_CACHE).toEqual(cacheRules.parse({}));
});

describe("statusTtl", () => {
  const { statusTtlMs } = someRules({ statusTtl: { "4xx": "1s", 404: "10s", "5xx": "0s" } });
  const cases: [status: number, ms: number | undefined][] = [
    [404, 10_000],
    [403, 1_000],
    [499, 1_000],
    [400, undefined],
    [431, undefined],
    [500, 0],
    [599, 0],
    [200, undefined],
    [301, undefined],
  ];
  for (const [status, ms] of cases) it(`${status}: ${ms}`, () => expect(statusTtlMs(status)).toBe(ms));
  it("is never for what is about one request, where the class says so", () =>
    expect(someRules({ statusTtl: { "4xx": "0s" } }).statusTtlMs(400)).toBe(0));
  it("says nothing where the route does not", () => expect(someRules().statusTtlMs(404)).toBeUndefined());
});
