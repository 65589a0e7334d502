import { describe, expect, it } from "vitest";
import { type Problem, problemAt } from "../../../shared/site/problem.ts";
import { siteSchema } from "../../../shared/site/schema.ts";
import {
  contentInVain,
  hostsInVain,
  logInVain,
  purgesInVain,
  staleInVain,
} from "../../../shared/site/warnings/in-vain.ts";
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

  it("has no effect wherever a match asks for it", () => {
    const match = { not: { host: "c.test" }, any: [{ host: "d.test" }], all: [{ host: "e.test" }] };
    expect(warnedOf(match).map((line) => line.replace(/: .*/, ""))).toEqual([
      "routes[0].match.not.host[0]",
      "routes[0].match.any[0].host[0]",
      "routes[0].match.all[0].host[0]",
    ]);
  });

  it("has one where some host of the site is taken", () => {
    expect(warnedOf({ host: ["*.test", "A.test"] })).toEqual([]);
    expect(warnedOf({ host: "c.test" }, ["*.test"])).toEqual([]);
    expect(warnedOf({ host: "c.test" }, ["a.test", "*"])).toEqual([]);
  });

  it("is no guard as a header, which has many spellings, unlike another header", () => {
    expect(warnedOf({ header: { "x-host": "a.test" } })).toEqual([]);
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
  it.each([204, 205, 304])("has no effect under the status %i", (status) =>
    expect(warnedOf({ status, body: "x" })).toHaveLength(1),
  );
  it("has no effect under a status that has none", () => {
    expect(warnedOf({ status: 204, body: "gone" })).toEqual([
      "routes[0].respond.body: has no effect: an answer with the status 204 has no content",
    ]);
    expect(warnedOf({ status: 204 })).toEqual([]);
    expect(warnedOf({ status: 404, body: "gone" })).toEqual([]);
  });
});

describe("a field of the log", () => {
  const warnedOf = (log: object) => {
    const site = siteSchema.parse({ hosts: ["a.test"], routes: [{ id: "all", respond: {} }], log });
    return logInVain(site).map(({ path, message }) => `${path}: ${message}`);
  };
  it("stays empty where the site does not log what it holds", () => {
    expect(warnedOf({ fields: ["status", "query", "totalMs", "ended"] })).toEqual([
      "log.fields[1]: `query` is always empty: queries are logged only with `log.query: true`",
      "log.fields[2]: `totalMs` is always empty: it is known only with `log.bytes: sent`",
      "log.fields[3]: `ended` is always empty: it is known only with `log.bytes: sent`",
    ]);
    expect(warnedOf({ fields: ["query", "totalMs", "ended"], query: true, bytes: "sent" })).toEqual([]);
    expect(warnedOf({})).toEqual([]);
  });
});

describe("requests to purge", () => {
  const warnedOf = (purgeRequests: object | undefined, method: string[]) => {
    const site = siteSchema.parse({
      hosts: ["a.test"],
      pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
      routes: [
        { id: "one", match: { method }, to: "web" },
        { id: "all", to: "web" },
      ],
      ...(purgeRequests && { purgeRequests }),
    });
    return purgesInVain(site).map(({ path, message }) => `${path}: ${message}`);
  };

  it("reach no route where the edge answers them itself", () => {
    expect(warnedOf({}, ["PURGE"])).toEqual([
      "routes[0].match.method: never matches: with `purgeRequests` the edge answers PURGE itself",
    ]);
    expect(warnedOf({}, ["BAN", "PURGE"])).toHaveLength(1);
    expect(warnedOf({}, ["GET", "PURGE"])).toEqual([]);
    expect(warnedOf(undefined, ["PURGE"])).toEqual([]);
  });

  it("have no age without a signature", () => {
    const tokens = ["a".repeat(64)];
    expect(warnedOf({ signed: false, tokens, within: "1m" }, ["GET"])).toEqual([
      "purgeRequests.within: has no effect without `signed: true`: tokens have no age",
    ]);
    expect(warnedOf({ signed: false, tokens }, ["GET"])).toEqual([]);
    expect(warnedOf({ within: "1m" }, ["GET"])).toEqual([]);
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
  it("by a route that takes only QUERY where the cache answers only GET", () => {
    expect(
      warned({ match: { method: ["QUERY"] }, cache: { staleIfError: "1h", methods: ["GET"] } }),
    ).toHaveLength(1);
  });
  it("by a route that takes only HEAD where the cache answers only QUERY", () => {
    expect(
      warned({ match: { method: ["HEAD"] }, cache: { staleIfError: "1h", methods: ["QUERY"] } }),
    ).toHaveLength(1);
  });
  it("by methods that are never answered from the cache", () => {
    expect(warned({ cache: { staleWhileRevalidate: "1m", methods: ["POST"] } })).toEqual([
      "routes[0].cache.staleWhileRevalidate: has no effect: `cache.methods` has neither GET nor QUERY, the only methods that are answered from the cache",
    ]);
  });
  it.each(["no-store", "No-Store", "no-cache,no-store", "no-store , no-cache", "a=b,\tno-store"])(
    "by a route that asks its origins with %j",
    (value) => {
      const headers = { request: { set: { "cache-control": value } } };
      expect(warned({ headers, cache: { staleIfError: "1h" } })).toHaveLength(1);
    },
  );
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
    ["methods with GET", { cache: { ...stale, methods: ["GET"] } }],
    ["a route whose cache is off", { cache: "off" }],
    [
      "edits that leave Cache-Control alone",
      { headers: { request: { set: { a: "no-store" } } }, cache: stale },
    ],
    ...["x-no-store", "no-store-x", "no-store=1", "private=no-store"].map((value): [string, object] => [
      `a Cache-Control to the origin of ${value}`,
      { headers: { request: { set: { "cache-control": value } } }, cache: stale },
    ]),
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

describe("a warning points at the key that has no effect", () => {
  const site = siteSchema.parse({
    hosts: ["a.test"],
    pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
    routes: [
      { id: "one", match: { header: { host: "a.test" } }, respond: { status: 204, body: "x" } },
      { id: "two", match: { method: "POST" }, cache: { staleIfError: "1h" }, to: "web" },
    ],
  });
  const keysAtFault = (problems: readonly Problem[]) =>
    problems.filter(({ atKey }) => atKey).map(({ path }) => path);

  it.each([
    [contentInVain, "routes[0].respond.body"],
    [hostsInVain, "routes[0].match.header.host"],
    [staleInVain, "routes[1].cache.staleIfError"],
  ])("%o", (warn, path) => expect(keysAtFault(warn(site))).toEqual([path]));
});
