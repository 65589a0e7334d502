import { describe, expect, it } from "vitest";
import { tellClient } from "../../../worker/caching/law/for-client.ts";
import { someRules } from "./an-entry.ts";

function told(
  fields: Record<string, string>,
  config: Parameters<typeof someRules>[0] | null = {},
  isStored = true,
  status = 200,
) {
  const headers = new Headers(fields);
  tellClient({ status, headers }, config && someRules(config), isStored);
  return Object.fromEntries(headers);
}

describe("what a client is told", () => {
  it("is not our own field, stored or not, cached or not", () => {
    const fields = { "headgate-cache-control": "max-age=5", "cdn-cache-control": "max-age=6" };
    const without = { "cdn-cache-control": "max-age=6" };
    expect(told(fields)).toEqual(without);
    expect(told(fields, {}, false)).toEqual(without);
    expect(told(fields, null, false)).toEqual(without);
  });
  it("is the browser's own lifetime where the route sets one", () => {
    const fields = { "cache-control": "s-maxage=600", expires: "0" };
    expect(told(fields, { browserTtl: "1m" })).toEqual({ "cache-control": "max-age=60" });
  });
  it("is counted from now, since browsers subtract Age", () => {
    expect(told({ age: "100" }, { browserTtl: "1m" })).toEqual({
      age: "100",
      "cache-control": "max-age=160",
    });
  });
  it("is never longer than the route says, in whole seconds", () => {
    expect(told({}, { browserTtl: "1500ms" })["cache-control"]).toBe("max-age=1");
  });
  it("is no nonsense where the origin's Age is", () => {
    expect(told({ age: "old" }, { browserTtl: "1m" })["cache-control"]).toBe("max-age=60");
  });
  const LIFETIMES: [origin: string, told: string][] = [
    ["max-age=5, must-revalidate, no-transform", "max-age=60, must-revalidate, no-transform"],
    ["public, s-maxage=5, stale-while-revalidate=9, immutable", "max-age=60, public, immutable"],
    ['private="x-a, x-b", no-cache="x-c"', 'max-age=60, private="x-a, x-b", no-cache="x-c"'],
    ['x-own=5, x-text="a b"', 'max-age=60, x-own=5, x-text="a b"'],
    ["private, max-age=5", "max-age=60, private"],
    ["must-revalidate=x y, max-age=5", "max-age=60, must-revalidate"],
    ["proxy-revalidate=x y, max-age=5", "max-age=60, proxy-revalidate"],
    ["public=x y, max-age=5", "max-age=60"], // a permission that cannot be read is none
    ["max-age=5, stale-if-error=9", "max-age=60"],
    ["private=x-a, max-age=5", 'max-age=60, private="x-a"'],
    ['x-text="a\\"b\\\\\\"c", max-age=5', 'max-age=60, x-text="a\\"b\\\\\\"c"'],
    ["no-cache, max-age=5", "no-cache, max-age=5"],
    ["no-store", "no-store"],
  ];
  for (const [origin, expected] of LIFETIMES) {
    it(`is what else the origin says: ${origin}`, () =>
      expect(told({ "cache-control": origin }, { browserTtl: "1m" })).toEqual({ "cache-control": expected }));
  }
  it("is the origin's word about an error", () => {
    const fields = { "cache-control": "max-age=5" };
    for (const status of [400, 404, 503]) {
      expect(told(fields, { browserTtl: "1m" }, true, status)).toEqual(fields);
    }
    expect(told(fields, { browserTtl: "1m" }, true, 399)["cache-control"]).toBe("max-age=60");
  });
  it("is the origin's word where the response is not stored: it may be private", () => {
    const fields = { "cache-control": "private, max-age=5", "set-cookie": "a=1" };
    expect(told(fields, { browserTtl: "1m", setCookie: "strip" }, false)).toEqual(fields);
  });
  it("is the origin's word where the cache is off", () => {
    const fields = { "cache-control": "max-age=5", "set-cookie": "a=1" };
    expect(told(fields, null)).toEqual(fields);
  });
  it("is no cookie where they are stripped", () => {
    expect(told({ "set-cookie": "a=1" }, { setCookie: "strip" })).toEqual({});
    expect(told({ "set-cookie": "a=1" }, { setCookie: "store" })).toEqual({ "set-cookie": "a=1" });
  });
});
