import { describe, expect, it } from "vitest";
import type { SiteTest } from "../../../shared/site/schema.ts";
import { failuresOf } from "../../../worker/explaining/expectations.ts";
import { explainBriefly } from "../../../worker/explaining/explain.ts";
import { aSite, facts, withNobodyIn } from "./imagine.ts";

const site = withNobodyIn("idle", {
  security: "basic",
  pools: {
    web: {
      origins: [
        { id: "fra", url: "https://fra.test" },
        { id: "iad", url: "https://iad.test" },
        { id: "standby", url: "https://standby.test", tier: 1 },
      ],
    },
    idle: { origins: [{ id: "off", url: "https://off.test" }] },
  },
  routes: [
    { id: "moved", match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } },
    { id: "api", match: { path: "/api/*" }, rewrite: { stripPrefix: "/api" }, cache: "off", to: "web" },
    { id: "page", match: { path: "/page" }, to: "web" },
    {
      id: "cookies",
      match: { path: "/cookies" },
      respond: { headers: { "set-cookie": "a=1" } },
      headers: { response: { add: { "set-cookie": "b=2" } } },
    },
    { id: "idle", match: { path: "/idle" }, to: "idle" },
  ],
});

const failures = (path: string, expected: SiteTest["expect"]) =>
  failuresOf(expected, explainBriefly(site, facts(`https://shop.test${path}`)));

describe("an expectation that holds is no failure", () => {
  const held: [path: string, expected: SiteTest["expect"]][] = [
    [
      "/old/a",
      { route: "moved", status: 308, location: "/new/a", headers: { "x-frame-options": "SAMEORIGIN" } },
    ],
    ["/old/a", { headers: { location: true, "set-cookie": false } }],
    ["/nothing", { status: 404, reason: "no-route" }],
    ["/api/users?a=1", { route: "api", origins: ["iad", "fra"], key: null }],
    [
      "/api/users?a=1",
      { request: { method: "GET", url: "/users?a=1", headers: { "x-forwarded-proto": "https" } } },
    ],
    ["/api/users", { request: { headers: { cookie: false, via: true } } }],
    ["/page?b=1", { key: "shop.test/page?b=1" }],
    ["/page", { headers: { "x-frame-options": "SAMEORIGIN" } }], // the edge adds it, whatever the origin says
    ["/cookies", { headers: { "set-cookie": "a=1, b=2" } }], // RFC 9110 §5.3
  ];

  it.each(held)("%s %j", (path, expected) => {
    expect(failures(path, expected)).toEqual([]);
  });
});

describe("an expectation that does not hold is told with what was found", () => {
  const broken: [
    path: string,
    expected: SiteTest["expect"],
    expectation: string,
    wanted: string,
    actual: string,
  ][] = [
    ["/old/a", { route: "page" }, "route", "page", "moved"],
    ["/nothing", { route: "page" }, "route", "page", "none (refused: no-route)"],
    ["/old/a", { status: 301 }, "status", "301", "308"],
    ["/page", { status: 200 }, "status", "200", "an origin decides it"],
    ["/nothing", { reason: "loop" }, "reason", "loop", "no-route"],
    ["/page", { reason: "no-route" }, "reason", "no-route", "none"],
    ["/old/a", { location: "/a" }, "location", "/a", "/new/a"],
    ["/page", { location: "/a" }, "location", "/a", "none"],
    ["/old/a", { headers: { "x-frame-options": "DENY" } }, "headers.x-frame-options", "DENY", "SAMEORIGIN"],
    ["/old/a", { headers: { "x-a": true } }, "headers.x-a", "present", "absent"],
    ["/old/a", { headers: { location: false } }, "headers.location", "absent", "/new/a"],
    ["/page", { origins: ["fra"] }, "origins", "fra", "fra, iad"],
    ["/old/a", { origins: ["fra"] }, "origins", "fra", "not reached: the edge answers by itself"],
    ["/page", { origins: [] }, "origins", "none", "fra, iad"],
    ["/idle", { origins: ["fra"] }, "origins", "fra", "none"],
    ["/idle", { request: { url: "/idle" } }, "request.url", "/idle", "none in service"],
    ["/api/a", { request: { method: "POST" } }, "request.method", "POST", "GET"],
    ["/api/a", { request: { url: "/b" } }, "request.url", "/b", "/a"],
    ["/old/a", { request: { url: "/b" } }, "request.url", "/b", "not reached: the edge answers by itself"],
    ["/api/a", { request: { headers: { via: "me" } } }, "request.headers.via", "me", "1.1 headgate"],
    ["/page", { key: null }, "key", "none", "shop.test/page"],
    ["/api/a", { key: "shop.test/api/a" }, "key", "shop.test/api/a", "none"],
  ];

  it.each(broken)("%s %j", (path, expected, expectation, wanted, actual) => {
    expect(failures(path, expected)).toEqual([{ expectation, expected: wanted, actual }]);
  });

  it("and all of them are told, not the first alone", () => {
    const told = failures("/old/a", { route: "page", status: 301, location: "/a", key: "x" });
    expect(told.map(({ expectation }) => expectation)).toEqual(["route", "status", "location", "key"]);
  });
});

describe("an expectation about what was not reached fails, whatever it says, and tells why", () => {
  const ofSite = "not reached: no site serves this host";
  const refused = (reason: string) => `not reached: the request is refused (${reason})`;
  const itself = "not reached: the edge answers by itself";

  it.each<[expected: SiteTest["expect"], expectation: string, actual: string]>([
    [{ key: null }, "key", refused("no-site")],
    [{ origins: [] }, "origins", refused("no-site")],
    [{ location: "/a" }, "location", ofSite],
    [{ headers: { "x-a": false } }, "headers.x-a", ofSite],
    [{ headers: { "x-frame-options": "SAMEORIGIN" } }, "headers.x-frame-options", ofSite],
    [{ request: { headers: { cookie: false } } }, "request.headers.cookie", refused("no-site")],
    [{ request: { url: { fra: "/" } } }, "request.url.fra", refused("no-site")],
    [{ route: "page" }, "route", "none (refused: no-site)"],
  ])("a host that no site serves: %j", (expected, expectation, actual) => {
    const found = explainBriefly(undefined, facts("https://nobody.test/"));
    expect(failuresOf(expected, found)).toMatchObject([{ expectation, actual }]);
  });

  it("but that no site serves it is a thing to expect", () => {
    const found = explainBriefly(undefined, facts("https://nobody.test/"));
    expect(failuresOf({ status: 404, reason: "no-site" }, found)).toEqual([]);
  });

  it.each<[path: string, expected: SiteTest["expect"], expectation: string, actual: string]>([
    ["/nothing", { request: { headers: { cookie: false } } }, "request.headers.cookie", refused("no-route")],
    ["/nothing", { key: null }, "key", refused("no-route")],
    ["/nothing", { origins: [] }, "origins", refused("no-route")],
    ["/page%zz", { request: { method: "GET" } }, "request.method", refused("bad-path-encoding")],
    ["/old/a", { key: null }, "key", itself],
    ["/old/a", { verdict: "fresh" }, "verdict", itself],
    ["/old/a", { request: { headers: { cookie: false } } }, "request.headers.cookie", itself],
    ["/api/a", { verdict: "fresh" }, "verdict", "not reached: the cache is not asked (cache-off)"],
    ["/page", { verdict: "fresh" }, "verdict", "the test gives no `stored` response"],
    ["/page", { headers: { "set-cookie": false } }, "headers.set-cookie", "an origin decides it"],
    ["/page", { headers: { "set-cookie": true } }, "headers.set-cookie", "an origin decides it"],
    ["/page", {}, "expect", "it names nothing"],
    ["/page", { headers: {}, request: { headers: {} } }, "expect", "it names nothing"],
  ])("%s %j", (path, expected, expectation, actual) => {
    expect(failures(path, expected)).toMatchObject([{ expectation, actual }]);
  });

  it("a field that the edge takes away of any answer is known to be absent", () => {
    expect(failures("/page", { headers: { server: false, "x-powered-by": false } })).toEqual([]);
    const edited = aSite({
      security: "off",
      headers: { response: { remove: ["x-inner"] } },
      routes: [{ id: "all", to: "web" }],
    });
    const absent = (name: string) =>
      failuresOf({ headers: { [name]: false } }, explainBriefly(edited, facts("https://shop.test/")));
    expect(absent("x-inner")).toEqual([]);
    expect(absent("server")).toMatchObject([{ actual: "an origin decides it" }]);
  });
});

describe("the Host that an origin sees is that of its own URL", () => {
  const told = (pools: object, host: string | boolean) =>
    failuresOf(
      { request: { headers: { host } } },
      explainBriefly(
        aSite({ pools, routes: [{ id: "all", to: "web" }] } as never),
        facts("https://shop.test/"),
      ),
    );
  const one = { web: { origins: [{ id: "a", url: "https://a.test:8443/x" }] } };
  const two = { web: { origins: [...one.web.origins, { id: "b", url: "https://b.test" }] } };

  it("and never absent", () => {
    expect(told(one, "a.test:8443")).toEqual([]);
    expect(told(one, true)).toEqual([]);
    expect(told(one, false)).toMatchObject([{ expected: "absent", actual: "a.test:8443" }]);
    expect(told(one, "shop.test")).toMatchObject([{ actual: "a.test:8443" }]);
  });

  it("unless its pool or it says otherwise", () => {
    const kept = { web: { ...two.web, host: "keep" } };
    expect(told(kept, "shop.test")).toEqual([]);
    expect(told(kept, "a.test:8443")).toMatchObject([{ actual: "shop.test" }]);
    const mixed = [{ ...two.web.origins[0], host: "one.internal" }, two.web.origins[1]];
    expect(told({ web: { origins: mixed } }, "shop.test")).toMatchObject([
      { actual: "each origin sees its own: b.test, one.internal" },
    ]);
  });

  it("and no single one where several may be asked first", () => {
    expect(told(two, "b.test")).toMatchObject([{ actual: "each origin sees its own: a.test:8443, b.test" }]);
  });
});

describe("the URL that an origin sees has the path of its own URL in front", () => {
  const pool = (...urls: [string, number?][]) => ({
    web: { origins: urls.map(([url, tier = 0], at) => ({ id: `o${at}`, url, tier })) },
  });
  const told = (pools: ReturnType<typeof pool>, url: string | Record<string, string>) => {
    const behind = aSite({ pools, routes: [{ id: "all", rewrite: { addPrefix: "/v2" }, to: "web" }] });
    return failuresOf({ request: { url } }, explainBriefly(behind, facts("https://shop.test/x?a=1")));
  };

  it("of one origin, or of several with the same", () => {
    expect(told(pool(["https://a.test/base/"]), "/base/v2/x?a=1")).toEqual([]);
    expect(told(pool(["https://a.test/base"], ["https://b.test/base"]), "/base/v2/x?a=1")).toEqual([]);
    expect(told(pool(["https://a.test/base"]), "/v2/x?a=1")).toMatchObject([
      { expectation: "request.url", actual: "/base/v2/x?a=1" },
    ]);
  });

  it("and is no single one where those that may be asked first have different ones", () => {
    const both = pool(["https://a.test/a"], ["https://b.test"]);
    expect(told(both, "/a/v2/x?a=1")).toMatchObject([
      { expectation: "request.url", actual: "/a/v2/x?a=1 at o0, /v2/x?a=1 at o1" },
    ]);
    expect(told(both, { o0: "/a/v2/x?a=1", o1: "/v2/x?a=1" })).toEqual([]);
    expect(told(both, { o1: "/a/v2/x?a=1" })).toMatchObject([
      { expectation: "request.url.o1", actual: "/v2/x?a=1" },
    ]);
  });

  it("those that stand by are told of by name", () => {
    const standby = pool(["https://a.test"], ["https://b.test/b", 1]);
    expect(told(standby, "/v2/x?a=1")).toEqual([]);
    expect(told(standby, { o1: "/b/v2/x?a=1" })).toEqual([]);
    expect(told(standby, { other: "/" })).toMatchObject([
      { actual: "not asked: it is not in service in this pool" },
    ]);
  });
});
