import { describe, expect, it } from "vitest";
import { STAND_INS } from "../../../shared/secrets/site-secrets.ts";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { ownAnswer } from "../../../worker/delivery/own-answer.ts";
import { compileRedirect, redirectLocation } from "../../../worker/delivery/redirect.ts";
import { asSiteSees } from "../../../worker/routing/identify.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { anAsked, aSite } from "../../support/asked.ts";

type RouteFile = Omit<SiteFile["routes"][number], "id">;

const answer = (url: string, route: RouteFile, site: Partial<SiteFile> = {}) => {
  const compiled = aSite({ routes: [{ id: "r", ...route }], ...site });
  const asked = asSiteSees(anAsked(url), compiled);
  const matched = matchRoute(compiled, asked);
  if (!matched.ok || matched.value.route.action.kind === "proxy") throw new Error("no own answer");
  return ownAnswer(matched.value.route.action, {
    asked,
    captures: matched.value.captures,
    requestId: "id",
    secrets: STAND_INS,
  });
};
const location = (url: string, route: RouteFile, site: Partial<SiteFile> = {}) =>
  answer(url, route, site).headers.get("location") ?? "";

describe("a redirect", () => {
  it.each([
    ["/old/a/b", { match: { path: "/old/*" }, redirect: { to: "/new/*" } }, "/new/a/b"],
    ["/u/7?x=1", { match: { path: "/u/:id" }, redirect: { to: "/users/:id" } }, "/users/7?x=1"],
    ["/u/7?x=1", { match: { path: "/u/:id" }, redirect: { to: "/users/:id", keepQuery: false } }, "/users/7"],
    ["/u?x=1", { redirect: { to: "/v?y=2" } }, "/v?y=2&x=1"],
    ["/u?x=1", { redirect: { to: "/v#part" } }, "/v?x=1#part"],
    ["/u?x=1", { redirect: { to: "/v#" } }, "/v?x=1#"],
    ["/u?x=1", { redirect: { to: "/v#a?b#c" } }, "/v?x=1#a?b#c"],
    ["/u", { redirect: { to: "/v#part" } }, "/v#part"],
    ["/u", { redirect: { to: "http://www.test/v" } }, "http://www.test/v"],
    ["/u", { redirect: { to: "/to/https://www.test/v" } }, "/to/https://www.test/v"],
    ["/u", { redirect: { to: "https://www.test?next=a//b" } }, "https://www.test/?next=a//b"],
    ["/u?x=1", { redirect: { to: "https://www.test" } }, "https://www.test/?x=1"],
    ["/u", { redirect: { to: "https://www.test#part" } }, "https://www.test/#part"],
    ["/a", { match: { path: "/:x" }, redirect: { to: "https://www.test/:x" } }, "https://www.test/a"],
    ["/a", { redirect: { to: "https://www.test" } }, "https://www.test/"],
    ["/a", { redirect: { to: "https://münchen.test/straße" } }, "https://xn--mnchen-3ya.test/stra%C3%9Fe"],
    ["/a", { redirect: { to: "/café" } }, "/caf%C3%A9"],
    ["/s/a;b+c", { match: { path: "/s/:q" }, redirect: { to: "/find?q=:q" } }, "/find?q=a%3Bb%2Bc"],
    [
      "/s/a&b/c&d",
      { match: { path: "/s/:q/*" }, redirect: { to: "/:q/find?q=*&r=:q" } },
      "/a&b/find?q=c%26d&r=a%26b",
    ],
    ["/s/a&b", { match: { path: "/s/:q" }, redirect: { to: "/find/:q?x=1" } }, "/find/a&b?x=1"],
    ["/s/a;b+c&d=e", { match: { path: "/s/:q" }, redirect: { to: "/find/:q" } }, "/find/a;b+c&d=e"],
    ["/s/a&admin=1", { match: { path: "/s/:q" }, redirect: { to: "/find?q=:q" } }, "/find?q=a%26admin%3D1"],
  ] as [string, RouteFile, string][])("from %s with %j leads to %s", (path, route, expected) => {
    expect(location(`http://a.test${path}`, route)).toBe(expected);
  });

  it("to https drops the port, which was the other scheme's", () => {
    const route = { redirect: { scheme: "https" as const, status: 308 as const } };
    expect(location("http://a.test:8080/a?b", route)).toBe("https://a.test/a?b");
    expect(location("http://[::1]:8080/a", route, { hosts: ["*"] })).toBe("https://[::1]/a");
  });
});

describe("a captured part never leads away", () => {
  const tricks = [
    "//evil.test",
    "///evil.test",
    "/%5Cevil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/%09/evil.test",
    "/%0d%0aLocation:%20https://evil.test",
    "/%0A/evil.test",
    "@evil.test",
    "/@evil.test",
    ":@evil.test",
    "https://evil.test",
    "https:evil.test",
    "http:%2F%2Fevil.test",
    ".evil.test",
    "%2F%2Fevil.test",
    "x/%2e%2e//evil.test",
    ";//evil.test",
    "javascript:alert(1)",
    "%E3%80%82evil.test",
    "?//evil.test",
    "%00//evil.test",
  ];
  const allowInPath = ["encoded-slash", "backslash", "control"] as const;
  const targets = ["/*", "/new/*", "https://www.test/*", "https://www.test:8443/x/*", "/x?to=*"];

  it.each(tricks)("/old/%s", (trick) => {
    for (const mergeSlashes of [true, false]) {
      for (const to of targets) {
        const route = { match: { path: "/old/*" }, allowInPath: [...allowInPath], redirect: { to } };
        const value = location(`http://a.test/old/${trick}`, route, { mergeSlashes });
        const host = to.startsWith("/") ? "a.test" : new URL(to).host;
        expect(new URL(value, "http://a.test/").host, value).toBe(host);
        expect(value).not.toMatch(/[\0-\x20\x7f\\]/);
      }
    }
  });

  // A canonical path holds none of these; the rule does not depend on that.
  it.each([
    ["/old/\\evil.test", "/%5Cevil.test"],
    ["/old/\t/evil.test", "/%09/evil.test"],
    ["/old/a b\\\x7f\0\n\x1f", "/a%20b%5C%7F%00%0A%1F"],
    ["/old///evil.test", "/evil.test"],
    ["/old/a//b", "/a//b"],
  ])("nor one that the edge would not have taken: %j", (path, expected) => {
    const compiled = compileRedirect({ to: "/*", status: 308, keepQuery: true }, ["a.test"]);
    const captures = { "*": path.slice("/old/".length) };
    expect(redirectLocation(compiled, anAsked("http://a.test/"), captures)).toBe(expected);
  });

  it("nor does the path of a redirect to another scheme", () => {
    for (const path of ["//evil.test", "/\\evil.test", "/@evil.test", "/.evil.test"]) {
      const route = { allowInPath: [...allowInPath], redirect: { scheme: "https" as const } };
      const value = location(`http://a.test${path}`, route, { mergeSlashes: false });
      expect(new URL(value).host, value).toBe("a.test");
    }
  });
});

describe("a fixed response", () => {
  it("has the type that the file gives it, and no field whose value is not known", () => {
    const headers = { "content-type": "text/html", "x-country": "${client.country}", "x-ip": "${client.ip}" };
    const reply = answer("http://a.test/", { respond: { body: "x", headers } });
    expect(Object.fromEntries(reply.headers)).toEqual({ "content-type": "text/html", "x-ip": "192.0.2.1" });
    expect(reply.statusText).toBe(""); // the platform's phrase for the status
  });

  it("has no type where it has no content", () => {
    const reply = answer("http://a.test/", { respond: {} });
    expect([reply.status, reply.body, [...reply.headers]]).toEqual([200, null, []]);
  });

  it("has its body and a type", () => {
    const reply = answer("http://a.test/", {
      respond: { status: 418, body: "teapot", headers: { "x-a": "1" } },
    });
    expect([reply.status, reply.body, reply.headers.get("content-type"), reply.headers.get("x-a")]).toEqual([
      418,
      "teapot",
      "text/plain; charset=utf-8",
      "1",
    ]);
  });

  it.each([204, 205, 304])("has no content with %d", (status) => {
    const reply = answer("http://a.test/", { respond: { status, body: "x" } });
    expect([reply.body, reply.headers.get("content-type")]).toEqual([null, null]);
  });
});
