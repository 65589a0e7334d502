import { describe, expect, it } from "vitest";
import type { Remembered } from "../../../worker/balancing/standing.ts";
import { explain } from "../../../worker/explaining/explain.ts";
import { originsTold } from "../../../worker/keeping/origins-told.ts";
import { DecodedHeaders } from "../../support/decoded-headers.ts";
import { aSite, facts, withNobodyIn } from "./imagine.ts";

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
      nextPools: [],
      sorry: null,
      sticky: null,
      attempts: 3,
      timeouts: "first byte 15s",
      mirror: null,
      probed: null,
      rules: [],
      role: "usable",
      outlier: {
        consecutive: 3,
        rate: 0.5,
        windowMs: 10_000,
        ejectMs: 10_000,
        maxEjected: 1,
        panic: 0,
        slowStartMs: 30_000,
        asksWhenAllOut: true,
      },
      believed: null,
      firstChoice: [
        { origin: "fra", url: "https://fra.test/base", share: 0.75 },
        { origin: "iad", url: "https://iad.test", share: 0.25 },
      ],
      failover: [{ role: "usable", tier: 1, origins: ["standby"] }],
      outOfService: [
        { origin: "resting", because: "off" },
        { origin: "idle", because: "weight 0" },
      ],
    });
  });

  it("how long it may take, and who gets a copy of it", () => {
    const pools = {
      web: { origins: [{ id: "fra", url: "https://fra.test" }], timeout: { idle: "30s", total: "1m" } },
      canary: { origins: [{ id: "iad", url: "https://iad.test" }] },
    };
    const route = { id: "all", to: "web", timeout: { firstByte: "2m", total: "off" as const } };
    const mirrored = aSite({ pools, routes: [{ ...route, mirror: { to: "canary", share: "5%" } }] });
    expect(explain(mirrored, facts("https://shop.test/")).pool).toMatchObject({
      timeouts: "first byte 2m, idle 30s",
      mirror: { pool: "canary", share: 0.05 },
    });
  });

  it("what is believed of the origins where that is known: their weights now, and why one is out", () => {
    const { now } = facts("https://shop.test/api/users");
    const trial = undefined;
    const out = {
      kind: "out",
      because: "connect",
      since: now - 5_000,
      until: now + 5_000,
      times: 1,
      trial,
    } as const;
    const comeback = { since: now - 5_000, growsForMs: 10_000, until: now + 30_000, times: 1, trial };
    const serving = { kind: "serving", inARow: 0, window: undefined, comeback } as const;
    const seen = new Map<string, Remembered>([
      ["fra", out],
      ["iad", serving],
    ]);
    const down = { since: now - 60_000, because: "body" };
    const told = originsTold({ "web/standby": { down } });
    const { pool } = explain(site, {
      ...facts("https://shop.test/api/users"),
      known: () => ({ seen, told }),
    });
    expect(pool?.believed).toEqual([
      {
        origin: "fra",
        standing: "ejected",
        because: "connect",
        since: now - 5_000,
        until: now + 5_000,
        weight: 3,
      },
      { origin: "iad", standing: "returning", because: null, since: null, until: null, weight: 0.5 },
      { origin: "standby", standing: "down", because: "body", since: now - 60_000, until: null, weight: 1 },
    ]);
    expect(pool?.firstChoice).toEqual([{ origin: "iad", url: "https://iad.test", share: 1 }]);
    expect(pool?.failover).toEqual([
      { role: "last-resort", tier: 0, origins: ["fra"] },
      { role: "last-resort", tier: 1, origins: ["standby"] },
    ]);
  });

  it("that an origin decides the status", () => {
    expect(told.answer).toMatchObject({ status: null, body: null, security: "off", securitySteps: [] });
  });
});

describe("what an origin would see", () => {
  const pools = {
    web: {
      origins: [
        { id: "fra", url: "https://fra.test/base" },
        { id: "iad", url: "https://iad.test" },
      ],
    },
    none: { origins: [{ id: "off", url: "https://off.test" }] },
  };
  const site = withNobodyIn("none", {
    pools,
    routes: [
      { id: "none", match: { path: "/none/*" }, to: "none" },
      { id: "dav", match: { path: "/dav/*" }, rewrite: { path: "/files/*" }, to: "web" },
      { id: "rest", to: "web" },
    ],
  });
  const told = (path: string, imagined: Parameters<typeof facts>[1] = {}) =>
    explain(site, facts(`https://shop.test${path}`, imagined));
  const destination = (path: string) =>
    told(path, { method: "MOVE", headers: { destination: path } }).toOrigin?.headers.find(
      ([name]) => name === "destination",
    )?.[1];

  it("has the URL of the first origin where a field holds one", () => {
    expect(destination("/dav/b")).toBe("https://fra.test/base/files/b");
  });

  it("has no origin in front where none is in service", () => {
    expect(told("/none/a").toOrigin).toMatchObject({ url: "/none/a", urls: [] });
    expect(destination("/none/b")).toBe("/none/b");
  });

  it("counts what the client sends as its own, unless the edge changes it", () => {
    const headers = { accept: "text/html", "max-forwards": "5", via: "1.0 x" };
    const { toOrigin, request } = told("/x", { method: "OPTIONS", headers, country: "DE" });
    expect(toOrigin?.headers).toContainEqual(["accept", "text/html"]);
    const added = Object.fromEntries(toOrigin?.added ?? []);
    expect(added).toMatchObject({ "max-forwards": "4", via: "1.0 x, 1.1 headgate" });
    expect(added).not.toHaveProperty("accept");
    expect(request?.client).toEqual({ ip: "192.0.2.1", country: "DE" });
  });
});

describe("what the edge adds to an answer and takes away", () => {
  const HSTS = "strict-transport-security";
  const site = aSite({
    security: {
      preset: "off",
      headers: { [HSTS]: "max-age=1", "x-a": "site", "x-b": "remove", "x-c": "site" },
    },
    headers: { response: { remove: ["x-inner", "x-again"], set: { "x-edge": "yes" } } },
    routes: [
      { id: "own", match: { path: "/own" }, respond: { body: "tea" } },
      {
        id: "dressed",
        match: { path: "/dressed" },
        security: { headers: { "x-c": { value: "route", merge: "set-if-absent" } } },
        headers: { response: { set: { "x-again": "1", "x-c": "edit" }, remove: ["x-a"] } },
        to: "web",
      },
      { id: "preset", match: { path: "/preset" }, security: "basic", to: "web" },
      { id: "rest", match: { path: "/rest" }, to: "web" },
    ],
  });
  const answer = (path: string, scheme = "https", method = "GET") =>
    explain(site, facts(`${scheme}://shop.test${path}`, { method })).answer;
  const names = (fields: readonly (readonly [string, string])[]) => fields.map(([name]) => name);

  it("is told of an origin's answer without its Date, which is the origin's own", () => {
    expect(names(answer("/rest").headers)).toEqual([HSTS, "x-a", "x-c", "x-edge", "x-request-id"].sort());
    expect(names(answer("/own").headers)).toContain("date");
  });

  it("is what edits and security headers remove, unless it is set again", () => {
    expect(answer("/rest").removed).toEqual(["x-inner", "x-again", "x-b"]);
    expect(answer("/dressed").removed).toEqual(["x-inner", "x-a", "x-b"]);
    expect(answer("/preset").removed).toEqual([
      "x-inner",
      "x-again",
      "server",
      "x-powered-by",
      "x-aspnet-version",
      "x-aspnetmvc-version",
    ]);
    expect(answer("/rest", "http").removed).toEqual(["x-inner", "x-again", "x-b"]);
    expect(answer("/own").removed).toEqual([]); // all of it is known
  });

  it("is a body for GET, and none for HEAD (RFC 9110 §9.3.2)", () => {
    expect(answer("/own").body).toBe("tea");
    expect(answer("/own", "https", "HEAD").body).toBeNull();
    expect(answer("/rest").body).toBeNull();
  });

  it("is told step by step, with what the step does", () => {
    expect(answer("/rest").securitySteps).toEqual([
      { do: "set", name: HSTS, value: "max-age=1" },
      { do: "set", name: "x-a", value: "site" },
      { do: "remove", name: "x-b", value: null },
      { do: "set", name: "x-c", value: "site" },
    ]);
  });

  it("is no step whose effect is undone: by the route's edits, or since the client does not use https", () => {
    const steps = (path: string, scheme?: string) =>
      answer(path, scheme).securitySteps.map(({ name }) => name);
    // The route's own step comes after its edits.
    expect(steps("/dressed")).toEqual([HSTS, "x-b", "x-c"]);
    expect(steps("/dressed", "http")).toEqual(["x-b", "x-c"]);
    expect(steps("/rest", "http")).toEqual(["x-a", "x-b", "x-c"]);
  });

  it("is called by the preset of the route, of the site, or the one that is used without a site", () => {
    expect(answer("/rest").security).toBe("off, changed");
    expect(answer("/preset").security).toBe("basic");
    expect(answer("/nothing").security).toBe("off, changed");
    expect(explain(undefined, facts("https://other.test/")).answer.security).toBe("basic");
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
    ["a control character", "https://shop.test/a", { x: "a\x07b" }, "bad-field", 400],
    ["too many header bytes", "https://shop.test/a", { x: "x".repeat(40_000) }, "headers-too-large", 431],
  ];

  it.each(refusals)("%s", (_what, url, headers, reason, status) => {
    const told = explain(site, facts(url, { headers }));
    expect(told.refusal).toMatchObject({ reason, status });
    expect(told.answer.status).toBe(status);
    expect(told.toOrigin).toBeNull();
  });

  it("says what happened, and what to do about it", () => {
    const detail = (path: string) => explain(site, facts(`https://shop.test${path}`)).refusal?.detail;
    expect(detail("/b")).toBe("Nothing is served under this path.");
    expect(detail("/files/a%2Fb")).toBe(
      "The path has content that origins interpret differently (encoded-slash). A route must allow it by name in allowInPath.",
    );
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
        id: "one",
        match: { path: "/one" },
        cache: {
          methods: ["GET", "QUERY"],
          key: { cookie: ["ab"], query: { sorted: true } },
          statusTtl: { 200: "5m" },
          staleWhileRevalidate: "1ms",
          staleIfError: "1ms",
        },
        to: "web",
      },
      {
        id: "variants",
        match: { path: "/variants" },
        cache: {
          defaultTtl: "5m",
          key: { country: true, cookie: ["ab"] },
          bypass: { headers: ["x-preview"], cookies: ["admin"] },
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
    ["/off", {}, "cache-off", /cache: off/],
    ["/plainly", { method: "DELETE" }, "unsafe-method", /unsafe method/],
    ["/plainly", { method: "OPTIONS" }, "method-not-cached", /cache\.methods/],
    ["/plainly", { headers: { "if-match": '"a"' } }, "if-match", /If-Match/],
    ["/variants", { headers: { "x-preview": "1" } }, "bypass-header", /bypass\.headers/],
    ["/variants", { headers: { cookie: "admin=1" } }, "bypass-cookie", /bypass\.cookies/],
    ["/plainly", { headers: { upgrade: "websocket" } }, "websocket", /WebSocket/],
  ])("why it is not asked: %s %j, %s", (path, imagined, because, note) => {
    expect(cacheOf(path, imagined)).toMatchObject({
      key: null,
      passedBecause: because,
      notes: [expect.stringMatching(note)],
    });
  });

  it.each([
    ["/assets/x.js?a=1&v=2&b", "left out of the key: a, b"],
    ["/assets/x.js?shop.test/assets/x.js=1", "left out of the key: shop.test/assets/x.js"],
    ["/assets/x.js?%61=1&a=2", "left out of the key: a"],
    ["/assets/x.js?&v=2&&", undefined],
    ["/assets/x.js?v=a?b&v=c", undefined],
    ["/assets/x.js", undefined],
    ["/plainly?a&b", undefined],
  ])("what of a query is left out of the key: %s", (path, note) => {
    expect(cacheOf(path)?.notes.find((one) => one.startsWith("left out"))).toBe(note);
  });

  it("what else tells requests apart, or does not", () => {
    expect(cacheOf("/one", { method: "QUERY", headers: { cookie: "ab=1" } })?.notes.slice(0, 3)).toEqual([
      "and a digest of the body",
      "the order of the query's parameters is ignored",
      "variant: cookie:ab =1",
    ]);
    const { line, ...imagined } = facts("https://shop.test/one");
    const headers = new DecodedHeaders({ host: "shop.test", cookie: "ab=\uFFFD" });
    expect(explain(site, { ...imagined, line: { ...line, headers } }).cache?.notes).toContain(
      "variant: cookie:ab unreadable",
    );
  });

  it("for how long a status is kept, and windows however short", () => {
    expect(cacheOf("/one")?.notes.slice(2)).toEqual([
      "fresh for 5m (status-ttl), whatever the origin says",
      "then served stale for 1ms while it is refreshed",
      "stands in for 1ms for an origin that fails",
    ]);
  });
});

describe("explain tells of the log", () => {
  const of = (log: object, url = "https://shop.test/a") =>
    explain(
      aSite({
        log,
        routes: [
          { id: "broken", match: { path: "/broken" }, respond: { status: 500 } },
          { id: "a", match: { path: "/a" }, respond: {} },
        ],
      }),
      facts(url),
    ).log;

  it("whether, in which form and with what the request is logged", () => {
    expect(of({})).toEqual({ share: 1, format: "json", fields: null, query: false, bytes: "declared" });
    expect(of({ format: "fields", fields: ["status"], sample: 0.25, query: true, bytes: "sent" })).toEqual({
      share: 0.25,
      format: "fields",
      fields: ["status"],
      query: true,
      bytes: "sent",
    });
  });

  it("that a refusal and a 5xx are always logged", () => {
    expect(of({ sample: 0 }).share).toBe(0);
    expect(of({ sample: 0 }, "https://shop.test/nowhere").share).toBe(1);
    expect(of({ sample: 0 }, "https://shop.test/broken").share).toBe(1);
  });

  it("that a request which no site takes is logged as JSON", () => {
    expect(explain(undefined, facts("https://nobody.test/")).log).toMatchObject({ share: 1, format: "json" });
  });
});

describe("explain tells of a route to several pools", () => {
  const origins = (id: string) => [{ id, url: `https://${id}.test` }];
  const site = aSite({
    pools: {
      eu: { origins: origins("fra"), serves: { continents: ["EU"] }, sticky: {}, sorry: "static" },
      us: { origins: origins("iad"), serves: { continents: ["NA"] } },
      static: { origins: origins("page") },
    },
    routes: [{ id: "rest", to: ["eu", "us"] }],
  });
  const poolFor = (country?: string) =>
    explain(site, facts("https://shop.test/", country === undefined ? {} : { country })).pool;

  it("which one is asked, by where the client is, and what follows", () => {
    expect(poolFor("FR")).toMatchObject({
      id: "eu",
      nextPools: ["us"],
      sticky: { cookie: "hg-eu", when: "rebind" },
    });
    expect(poolFor("US")).toMatchObject({ id: "us", nextPools: ["eu"], sticky: null });
    expect(poolFor("JP")).toMatchObject({ id: "eu", nextPools: ["us"] });
    expect(poolFor()).toMatchObject({ id: "eu", nextPools: ["us"] });
  });

  it("what says sorry in the end, whichever pool was asked first", () => {
    for (const country of ["FR", "US"]) expect(poolFor(country)?.sorry).toBe("pool static");
  });
});
