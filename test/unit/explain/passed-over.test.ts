import { describe, expect, it } from "vitest";
import { explain } from "../../../worker/explaining/explain.ts";
import { nearest, passedOver } from "../../../worker/explaining/passed-over.ts";
import { ownReply } from "../../../worker/message.ts";
import { anAsked } from "../../support/asked.ts";
import { aSite, facts } from "./imagine.ts";

describe("why each earlier route does not take the request", () => {
  const site = aSite({
    routes: [
      { id: "path", match: { path: ["/a", "/b/*"] }, to: "web" },
      { id: "method", match: { method: ["POST", "PUT"] }, to: "web" },
      { id: "header", match: { header: { accept: "*json*" } }, to: "web" },
      { id: "absent", match: { header: { "x-a": false } }, to: "web" },
      { id: "query", match: { query: { page: ["1", "2"] } }, to: "web" },
      { id: "cookie", match: { cookie: { session: true } }, to: "web" },
      { id: "country", match: { country: ["FR", "US"] }, to: "web" },
      { id: "ip", match: { ip: "10.0.0.0/8" }, to: "web" },
      { id: "scheme", match: { scheme: "http" }, to: "web" },
      { id: "not", match: { not: { method: "GET" } }, to: "web" },
      { id: "any", match: { any: [{ method: "POST" }, { country: "FR" }] }, to: "web" },
      { id: "two", match: { path: "/b", method: "POST" }, to: "web" },
      { id: "rest", to: "web" },
      { id: "later", to: "web" },
    ],
  });
  const told = explain(
    site,
    facts("https://shop.test/c?page=3", { headers: { accept: "text/html", "x-a": "1" }, country: "DE" }),
  );
  const expected: Record<string, { condition: string; wants: string; found: string }[]> = {
    path: [{ condition: "path", wants: "/a or /b/*", found: "/c" }],
    method: [{ condition: "method", wants: "POST or PUT", found: "GET" }],
    header: [{ condition: "header accept", wants: "*json*", found: "text/html" }],
    absent: [{ condition: "header x-a", wants: "absent", found: "1" }],
    query: [{ condition: "query page", wants: "1 or 2", found: "3" }],
    cookie: [{ condition: "cookie session", wants: "present", found: "none" }],
    country: [{ condition: "country", wants: "FR or US", found: "DE" }],
    ip: [{ condition: "ip", wants: "10.0.0.0/8", found: "192.0.2.1" }],
    scheme: [{ condition: "scheme", wants: "http", found: "https" }],
    not: [{ condition: "not", wants: "not method GET", found: "GET" }],
    any: [{ condition: "any", wants: "method POST or country FR", found: "method GET, country DE" }],
    two: [
      { condition: "path", wants: "/b", found: "/c" },
      { condition: "method", wants: "POST", found: "GET" },
    ],
  };

  it.each(Object.entries(expected))("%s", (id, mismatches) => {
    expect(told.passedOver.find((route) => route.id === id)?.mismatches).toEqual(mismatches);
  });

  it("and nothing of the route that takes it, or of those after it", () => {
    expect(told.route?.id).toBe("rest");
    expect(told.passedOver.map(({ id }) => id)).toEqual(Object.keys(expected));
  });
});

describe("of many routes passed over, the nearest", () => {
  const site = aSite({ routes: [{ id: "all", to: "web" }] });
  const miss = (id: string, path: string, ...others: string[]) => ({
    id,
    mismatches: [
      ...(path === "" ? [] : [{ condition: "path", wants: path, found: "/shop/cart/1" }]),
      ...others.map((condition) => ({ condition, wants: "a", found: "b" })),
    ],
  });
  const routes = [
    miss("far", "/a"),
    miss("near", "/shop/card/*"),
    miss("two-conditions", "", "method", "country"),
    miss("one-condition", "", "method"),
    miss("nearer-of-two", "/x or /shop/cart/2"),
  ];

  it("are those whose path matches, then those whose path shares most, in the order of the file", () => {
    expect(nearest(routes, 3).map(({ id }) => id)).toEqual([
      "two-conditions",
      "one-condition",
      "nearer-of-two",
    ]);
    expect(nearest(routes, 1).map(({ id }) => id)).toEqual(["one-condition"]);
  });

  it("are all of them where there are few", () => {
    for (const count of [5, 6]) expect(nearest(routes, count)).toEqual(routes);
  });

  const ids = (count: number, ...of: typeof routes) => nearest(of, count).map(({ id }) => id);

  it.each([
    [
      "fewer conditions count among those that share as much",
      [miss("two", "/shop", "method"), miss("one", "/shop")],
      "one",
    ],
    [
      "but less than a longer share",
      [miss("short", "/s"), miss("long", "/shop", "method", "country", "ip")],
      "long",
    ],
    [
      "a pattern may be the start of the path",
      [miss("start", "/shop/cart"), miss("other", "/shop/x")],
      "start",
    ],
    ["or go on behind it", [miss("behind", "/shop/cart/1/2"), miss("other", "/shop/cart/2")], "behind"],
    ["or share nothing at all", [miss("nothing", "x/shop/cart"), miss("other", "/")], "other"],
    [
      "the nearest of a route's patterns counts",
      [miss("first", "/shop/x"), miss("of-three", "/a or /shop/card or /b")],
      "of-three",
    ],
    ["of equal ones, the first in the file", [miss("a", "/shop/x"), miss("b", "/shop/y")], "a"],
    [
      "of equal ones whose path matches, the first in the file",
      [miss("a", "", "ip"), miss("b", "", "method")],
      "a",
    ],
  ])("%s", (_what, of, id) => {
    expect(ids(1, ...of)).toEqual([id]);
  });

  it("are none of a request that could not be read", () => {
    expect(passedOver({ site, reply: ownReply(400, new Headers(), null) })).toEqual([]);
    expect(
      passedOver({ asked: anAsked("http://a.test/"), reply: ownReply(404, new Headers(), null) }),
    ).toEqual([]);
  });
});

describe("a site with 10,000 routes", () => {
  const site = aSite({
    routes: [
      ...Array.from({ length: 9_999 }, (_, n) => ({
        id: `r${n}`,
        match: { path: `/section-${n % 100}/item-${n}/*` },
        to: "web",
      })),
      { id: "rest", to: "web" },
    ],
  });

  it("is explained in well under two seconds", () => {
    const startedAt = performance.now();
    const told = explain(site, facts("https://shop.test/section-77/item-77/x"));
    const elsewhere = explain(site, facts("https://shop.test/elsewhere"));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(told.route?.id).toBe("r77");
    expect(elsewhere.passedOver).toHaveLength(9_999);
  });
});
