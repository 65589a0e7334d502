import { describe, expect, it } from "vitest";
import type { SiteTest } from "../../../shared/site/schema.ts";
import { failuresOf } from "../../../worker/explaining/expectations.ts";
import { explainBriefly } from "../../../worker/explaining/explain.ts";
import { aSite, facts } from "./imagine.ts";

const site = aSite({
  security: "basic",
  pools: {
    web: {
      origins: [
        { id: "fra", url: "https://fra.test" },
        { id: "iad", url: "https://iad.test" },
        { id: "standby", url: "https://standby.test", tier: 1 },
      ],
    },
  },
  routes: [
    { id: "moved", match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } },
    { id: "api", match: { path: "/api/*" }, rewrite: { stripPrefix: "/api" }, cache: "off", to: "web" },
    { id: "page", match: { path: "/page" }, to: "web" },
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
    ["/api/users", { request: { headers: { host: false, via: true } } }],
    ["/page?b=1", { key: "shop.test/page?b=1" }],
    ["/page", {}],
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
    ["/nothing", { route: "page" }, "route", "page", "none"],
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
    ["/old/a", { origins: ["fra"] }, "origins", "fra", "none"],
    ["/page", { origins: [] }, "origins", "none", "fra, iad"],
    ["/api/a", { request: { method: "POST" } }, "request.method", "POST", "GET"],
    ["/api/a", { request: { url: "/b" } }, "request.url", "/b", "/a"],
    ["/old/a", { request: { url: "/b" } }, "request.url", "/b", "none"],
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
