import { describe, expect, it } from "vitest";
import { explain } from "../../../worker/explaining/explain.ts";
import { aSite, facts } from "./imagine.ts";

describe("explain tells of a request to an origin", () => {
  const site = aSite({
    pools: {
      web: {
        origins: [
          { id: "fra", url: "https://fra.test/base", weight: 3 },
          { id: "iad", url: "https://iad.test", weight: 1 },
          { id: "standby", url: "https://standby.test", tier: 1 },
          { id: "resting", url: "https://resting.test", state: "off" },
          { id: "idle", url: "https://idle.test", weight: 0 },
        ],
      },
    },
    routes: [
      {
        id: "api",
        match: { path: "/api/*" },
        rewrite: { path: "/v2/*", query: { remove: ["debug"] } },
        headers: { request: { set: { "x-edge": "yes" } } },
        cache: "off",
        to: "web",
      },
    ],
  });
  const told = explain(
    site,
    facts("https://SHOP.test:443/api/./u%73ers?debug=1&page=2", {
      headers: { Connection: "x-hop", "X-Hop": "1", "X-Forwarded-For": "203.0.113.9" },
    }),
  );

  it("how the edge reads it", () => {
    expect(told.request).toEqual({
      method: "GET",
      url: "https://shop.test/api/users?debug=1&page=2",
      path: "/api/users",
      client: { ip: "192.0.2.1", country: null },
    });
  });

  it("which site and route take it", () => {
    expect(told.site).toEqual({ name: "shop.test", version: "v1", hosts: ["shop.test"] });
    expect(told.route).toEqual({ id: "api", patterns: ["/api/*"], captures: { "*": "users" } });
    expect(told.refusal).toBeNull();
  });

  it("what the origin would see, and what of it is the edge's doing", () => {
    expect(told.toOrigin).toMatchObject({
      method: "GET",
      url: "/base/v2/users?page=2",
      urls: [
        { origin: "fra", url: "/base/v2/users?page=2" },
        { origin: "iad", url: "/v2/users?page=2" },
        { origin: "standby", url: "/v2/users?page=2" },
      ],
    });
    expect(told.toOrigin?.added).toEqual([
      ["cdn-loop", 'headgate;site="shop.test"'],
      ["forwarded", "for=192.0.2.1;host=shop.test;proto=https"],
      ["via", "1.1 headgate"],
      ["x-edge", "yes"],
      ["x-forwarded-for", "192.0.2.1"],
      ["x-forwarded-host", "shop.test"],
      ["x-forwarded-proto", "https"],
      ["x-request-id", "new-for-each-request"],
    ]);
    expect(told.toOrigin?.removed).toEqual(["connection", "x-hop"]);
  });

  it("which origins may answer, with their odds, and which come after them", () => {
    expect(told.pool).toEqual({
      id: "web",
      balance: "weighted",
      attempts: 3,
      firstChoice: [
        { origin: "fra", url: "https://fra.test/base", share: 0.75 },
        { origin: "iad", url: "https://iad.test", share: 0.25 },
      ],
      failover: [{ tier: 1, origins: ["standby"] }],
      outOfService: [
        { origin: "resting", because: "off" },
        { origin: "idle", because: "weight 0" },
      ],
    });
  });

  it("that an origin decides the status", () => {
    expect(told.answer).toMatchObject({ status: null, body: null, security: "off", securitySteps: [] });
  });
});

describe("explain tells of an answer that the edge makes itself", () => {
  const site = aSite({
    security: "basic",
    routes: [
      { id: "moved", match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } },
      { id: "hello", match: { path: "/hello" }, respond: { status: 418, body: "tea" } },
    ],
  });

  it("a redirect, with its location and the security headers", () => {
    const told = explain(site, facts("http://shop.test/old/a?b=c"));
    expect(told.answer.status).toBe(308);
    expect(told.answer.headers).toContainEqual(["location", "/new/a?b=c"]);
    expect(told.answer.headers).toContainEqual(["x-frame-options", "SAMEORIGIN"]);
    expect(told).toMatchObject({ toOrigin: null, cache: null, pool: null });
  });

  it("a fixed response, with its body", () => {
    const told = explain(site, facts("http://shop.test/hello"));
    expect(told.answer).toMatchObject({ status: 418, body: "tea", security: "basic" });
  });
});

describe("explain tells of a refusal", () => {
  const site = aSite({
    routes: [
      { id: "a", match: { path: "/a" }, to: "web" },
      { id: "files", match: { path: "/files/*" }, to: "web" },
    ],
  });
  const refusals: [
    what: string,
    url: string,
    headers: Record<string, string>,
    reason: string,
    status: number,
  ][] = [
    ["a path with a broken escape", "https://shop.test/%zz", {}, "bad-path-encoding", 400],
    ["a path that no route takes", "https://shop.test/b", {}, "no-route", 404],
    ["a path of the edge itself", "https://shop.test/.headgate/health", {}, "reserved-path", 404],
    ["a path that origins disagree on", "https://shop.test/files/a%2Fb", {}, "path-refused", 400],
    ["a loop", "https://shop.test/a", { "cdn-loop": 'headgate;site="shop.test"' }, "loop", 508],
    ["too many header bytes", "https://shop.test/a", { x: "x".repeat(40_000) }, "headers-too-large", 431],
  ];

  it.each(refusals)("%s", (_what, url, headers, reason, status) => {
    const told = explain(site, facts(url, { headers }));
    expect(told.refusal).toMatchObject({ reason, status });
    expect(told.answer.status).toBe(status);
    expect(told.toOrigin).toBeNull();
  });

  it("a host without a site", () => {
    const told = explain(undefined, facts("https://other.test/"));
    expect(told.refusal).toMatchObject({ reason: "no-site", status: 404 });
    expect(told).toMatchObject({ site: null, route: null, passedOver: [] });
  });

  it("and names the route that would have taken the refused path", () => {
    expect(explain(site, facts("https://shop.test/files/a%2Fb"))).toMatchObject({
      refusedAt: "files",
      passedOver: [{ id: "a" }],
    });
    expect(explain(site, facts("https://shop.test/b"))).toMatchObject({ refusedAt: null });
    expect(explain(site, facts("https://shop.test/a"))).toMatchObject({ refusedAt: null });
  });
});

describe("explain tells of the cache", () => {
  const plainly = { id: "plainly", match: { path: "/plainly" }, to: "web" };
  const site = aSite({
    routes: [
      plainly,
      { id: "off", match: { path: "/off" }, cache: "off", to: "web" },
      {
        id: "windows",
        match: { path: "/windows" },
        cache: { staleWhileRevalidate: "1h", staleIfError: "2h" },
        to: "web",
      },
      {
        id: "assets",
        match: { path: "/assets/*" },
        cache: { ttl: "1h", staleWhileRevalidate: "1d", staleIfError: "7d", key: { query: { only: ["v"] } } },
        to: "web",
      },
      {
        id: "variants",
        match: { path: "/variants" },
        cache: {
          defaultTtl: "5m",
          key: { country: true, cookie: ["ab"] },
          bypass: { headers: ["x-preview"] },
        },
        to: "web",
      },
    ],
  });
  const cacheOf = (path: string, imagined: Parameters<typeof facts>[1] = {}) =>
    explain(site, facts(`https://shop.test${path}`, imagined)).cache;

  it("the key, and for how long an answer is kept", () => {
    expect(cacheOf("/assets/x.js?v=1&utm_source=mail&utm_source=x")).toEqual({
      key: "shop.test/assets/x.js?v=1",
      passedBecause: null,
      stored: null,
      notes: [
        "left out of the key: utm_source",
        "fresh for 1h (route-ttl), whatever the origin says",
        "then served stale for 1d while it is refreshed",
        "stands in for 7d for an origin that fails",
      ],
    });
  });

  it("that the origin decides where the route says nothing", () => {
    expect(cacheOf("/plainly?a=1")).toEqual({
      key: "shop.test/plainly?a=1",
      passedBecause: null,
      stored: null,
      notes: ["fresh for as long as the origin's header fields say"],
    });
  });

  it("for how long a route's windows stretch what the origin declares fresh", () => {
    expect(cacheOf("/windows")?.notes).toEqual([
      "fresh for as long as the origin's header fields say",
      "then served stale for 1h while it is refreshed",
      "stands in for 2h for an origin that fails",
    ]);
  });

  it("the variant that the request would get", () => {
    expect(cacheOf("/variants", { country: "DE", headers: { cookie: "ab=2" } })?.notes).toEqual([
      "variant: cookie:ab =2, country DE",
      "fresh for 5m (default-ttl) if the origin says nothing",
    ]);
  });

  it("that the client wants a stored response or none", () => {
    expect(cacheOf("/plainly", { headers: { "cache-control": "only-if-cached" } })?.notes.at(-1)).toBe(
      "the client accepts only a stored response (only-if-cached)",
    );
  });

  it.each([
    ["/off", {}, "cache-off"],
    ["/plainly", { method: "DELETE" }, "unsafe-method"],
    ["/plainly", { method: "OPTIONS" }, "method-not-cached"],
    ["/plainly", { headers: { "if-match": '"a"' } }, "if-match"],
    ["/variants", { headers: { "x-preview": "1" } }, "bypass-header"],
    ["/plainly", { headers: { upgrade: "websocket" } }, "websocket"],
  ])("why it is not asked: %s %j, %s", (path, imagined, because) => {
    expect(cacheOf(path, imagined)).toMatchObject({ key: null, passedBecause: because });
  });
});
