import { describe, expect, it } from "vitest";
import { invalidates, namedUrls } from "../../../worker/caching/invalidation.ts";
import { keyOfUrl } from "../../../worker/caching/key-of-url.ts";
import { aSite, anAsked } from "../../support/asked.ts";

describe("invalidates", () => {
  const cases: [method: string, status: number, does: boolean][] = [
    ["POST", 200, true],
    ["PUT", 201, true],
    ["DELETE", 204, true],
    ["PATCH", 303, true],
    ["FOO", 200, true],
    ["POST", 400, false],
    ["POST", 500, false],
    ["GET", 200, false],
    ["HEAD", 200, false],
    ["OPTIONS", 200, false],
    ["QUERY", 200, false],
  ];
  for (const [method, status, does] of cases)
    it(`${method} ${status}: ${does}`, () => expect(invalidates(method, status)).toBe(does));
});

describe("namedUrls", () => {
  const target = { scheme: "https", authority: "a.test", path: "/form/new" };
  const cases: [name: string, fields: Record<string, string>, urls: [path: string, query: string][]][] = [
    ["Location", { location: "/x?y=1" }, [["/x", "y=1"]]],
    ["Content-Location", { "content-location": "/x" }, [["/x", ""]]],
    [
      "both",
      { location: "/x", "content-location": "/y" },
      [
        ["/x", ""],
        ["/y", ""],
      ],
    ],
    ["relative to the target", { location: "x" }, [["/form/x", ""]]],
    ["absolute, on the same host", { location: "https://a.test/x" }, [["/x", ""]]],
    ["the default port spelt out", { location: "https://a.test:443/x" }, [["/x", ""]]],
    ["in the spelling of a request", { location: "/%7Ex/%c3%a4/../y?a b" }, [["/~x/y", "a%20b"]]],
    ["not what no request could ask for", { location: "/x%2F..%2Fy" }, []],
    ["without its fragment", { location: "/x#top" }, [["/x", ""]]],
    ["not on another host", { location: "https://b.test/x" }, []],
    ["not on another host, without a scheme", { location: "//b.test/x" }, []],
    ["not on another port", { location: "https://a.test:8443/x" }, []],
    ["not under another scheme", { location: "http://a.test/x" }, []],
    ["not what is no URL", { location: "https://[" }, []],
    ["none", {}, []],
  ];
  for (const [name, fields, urls] of cases) {
    it(name, () =>
      expect(namedUrls(new Headers(fields), target).map(({ path, query }) => [path, query])).toEqual(urls),
    );
  }
});

describe("keyOfUrl: what a GET for it would have been stored under", () => {
  const site = aSite({
    pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
    routes: [
      { id: "off", match: { path: "/off/*" }, cache: "off", to: "web" },
      {
        id: "assets",
        match: { path: "/assets/*", method: ["GET"] },
        cache: { key: { query: { only: ["v"] } } },
        to: "web",
      },
      { id: "own", match: { path: "/own" }, respond: { body: "x" } },
      { id: "rest", to: "web" },
    ],
  });
  const asked = anAsked("https://a.test/form", { method: "POST" });
  const keyOf = (path: string, query = "") => keyOfUrl(site, asked, { path, query });
  it("by the rules of its own route", () =>
    expect(keyOf("/assets/x", "v=1&utm=2")).toBe("a.test/assets/x?v=1"));
  it("on the route of the rest", () => expect(keyOf("/x", "b=1")).toBe("a.test/x?b=1"));
  it("with slashes merged as a request's are", () => expect(keyOf("//assets//x")).toBe("a.test/assets/x"));
  it("nothing where the cache is off", () => expect(keyOf("/off/x")).toBeUndefined());
  it("nothing where the edge answers itself", () => expect(keyOf("/own")).toBeUndefined());
});
