import { describe, expect, it } from "vitest";
import { problemAt } from "../../../shared/site/problem.ts";
import { siteSchema } from "../../../shared/site/schema.ts";
import { contentInVain } from "../../../shared/site/warnings/content-in-vain.ts";
import { hostsInVain } from "../../../shared/site/warnings/hosts-in-vain.ts";
import { staleInVain } from "../../../shared/site/warnings/stale-in-vain.ts";
import { warningsOf } from "../../../shared/site/warnings/warnings.ts";

const warned = (route: object) =>
  staleInVain(
    siteSchema.parse({
      hosts: ["a.test"],
      pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
      routes: [{ id: "all", to: "web", ...route }],
    }),
  ).map(({ path, message }) => `${path}: ${message}`);

describe("a search for what has no effect", () => {
  it("that crashes is told as a bug, and stops neither the others nor the file", () => {
    const site = siteSchema.parse({ hosts: ["a.test"], routes: [{ id: "all", respond: {} }] });
    const crashing = {
      looksFor: "traps",
      warn: () => {
        throw new TypeError("x is undefined");
      },
    };
    const finding = { looksFor: "others", warn: () => [problemAt(["routes"], "has no effect")] };
    expect(
      warningsOf(site, () => "", [crashing, finding]).map(({ path, message }) => `${path}: ${message}`),
    ).toEqual([
      ": the file could not be searched for traps: a bug of Headgate, please report it (TypeError: x is undefined)",
      "routes: has no effect",
    ]);
  });
});

describe("a host that a route asks for", () => {
  const warnedOf = (match: object, hosts = ["a.test", "b.test"]) => {
    const site = siteSchema.parse({ hosts, routes: [{ id: "one", match, respond: {} }] });
    return hostsInVain(site).map(({ path, message }) => `${path}: ${message}`);
  };

  it("has no effect where the site does not serve it", () => {
    expect(warnedOf({ not: { host: ["a.test", "c.test"] } })).toEqual([
      "routes[0].match.not.host[1]: never matches: the site serves a.test, b.test only",
    ]);
  });

  it("has one where some host of the site is taken", () => {
    expect(warnedOf({ host: ["*.test", "A.test"] })).toEqual([]);
    expect(warnedOf({ host: "c.test" }, ["*.test"])).toEqual([]);
    expect(warnedOf({ host: "c.test" }, ["a.test", "*"])).toEqual([]);
  });

  it("is no guard as a header, which has many spellings", () => {
    expect(warnedOf({ any: [{ header: { Host: "a.test" } }] })).toEqual([
      "routes[0].match.any[0].header.host: is compared as the client spells it, with capitals, port and trailing dot; use `match.host`, which ignores these",
    ]);
  });
});

describe("content", () => {
  const warnedOf = (respond: object) => {
    const site = siteSchema.parse({ hosts: ["a.test"], routes: [{ id: "all", respond }] });
    return contentInVain(site).map(({ path, message }) => `${path}: ${message}`);
  };
  it("has no effect under a status that has none", () => {
    expect(warnedOf({ status: 204, body: "gone" })).toEqual([
      "routes[0].respond.body: has no effect: an answer with the status 204 has no content",
    ]);
    expect(warnedOf({ status: 204 })).toEqual([]);
    expect(warnedOf({ status: 404, body: "gone" })).toEqual([]);
  });
});

describe("stale responses promised without effect", () => {
  const stale = { staleWhileRevalidate: "1m", staleIfError: "1h" };
  it("by a route that takes only what the cache does not answer", () => {
    expect(warned({ match: { method: ["POST", "PUT"] }, cache: stale })).toEqual([
      "routes[0].cache.staleWhileRevalidate: has no effect: the route takes only POST, PUT, which the cache does not answer",
      "routes[0].cache.staleIfError: has no effect: the route takes only POST, PUT, which the cache does not answer",
    ]);
  });
  it("by methods that are never answered from the cache", () => {
    expect(warned({ cache: { staleWhileRevalidate: "1m", methods: ["POST"] } })).toEqual([
      "routes[0].cache.staleWhileRevalidate: has no effect: `cache.methods` has neither GET nor QUERY, the only methods that are answered from the cache",
    ]);
  });
  it("by a route that asks its origins with no-store", () => {
    const headers = { request: { set: { "cache-control": "no-cache, no-store" } } };
    expect(warned({ headers, cache: { staleDespiteSMaxage: true } })).toEqual([
      "routes[0].cache.staleDespiteSMaxage: has no effect: the route asks its origins with `Cache-Control: no-store`, so nothing is stored",
    ]);
  });

  const inOrder: [name: string, route: object][] = [
    ["a route for everything", { cache: stale }],
    ["a route for HEAD", { match: { method: ["HEAD"] }, cache: stale }],
    ["a route for POST and GET", { match: { method: ["POST", "GET"] }, cache: stale }],
    ["methods with QUERY", { cache: { ...stale, methods: ["QUERY"] } }],
    [
      "a POST route that promises nothing",
      { match: { method: ["POST"] }, cache: { ttl: "1h", staleIfError: "0s" } },
    ],
    ["a POST route without a cache", { match: { method: ["POST"] }, cache: "off" }],
    ["a POST route that does not speak of it", { match: { method: ["POST"] } }],
    [
      "another Cache-Control to the origin",
      { headers: { request: { set: { "cache-control": "no-cache" } } }, cache: stale },
    ],
  ];
  for (const [name, route] of inOrder) it(`is not ${name}`, () => expect(warned(route)).toEqual([]));
});
