import { describe, expect, it } from "vitest";
import { invalidates, keysOfUrl, namedUrls } from "../../../worker/caching/law/invalidation.ts";
import { anAsked, aSite } from "../../support/asked.ts";

describe("invalidates", () => {
  const cases: [method: string, status: number, does: boolean][] = [
    ["POST", 200, true],
    ["PUT", 201, true],
    ["DELETE", 204, true],
    ["PATCH", 303, true],
    ["FOO", 200, true],
    ["POST", 103, false],
    ["POST", 399, true],
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

describe("namedUrls: a question mark without a query makes another URL (RFC 3986 §6.2.3)", () => {
  const target = { scheme: "https", authority: "a.test", path: "/" };
  const cases: [location: string, loneMark: boolean][] = [
    ["/x?", true],
    ["/x?#top", true],
    ["/x", false],
    ["/x?a", false],
    ["/x??", false],
    ["/x#top", false],
    ["/x#really?", false], // of the fragment, which no origin sees
    ["/x#really?#?", false],
    ["/x?a#really?", false],
  ];
  for (const [location, loneMark] of cases) {
    it(`${location}: ${loneMark}`, () =>
      expect(namedUrls(new Headers({ location }), target)).toMatchObject([{ path: "/x", loneMark }]));
  }
});

describe("keysOfUrl: where a GET for it may have been stored", () => {
  const site = aSite({
    pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
    routes: [
      { id: "off", match: { path: "/off/*" }, cache: "off", to: "web" },
      { id: "staff", match: { path: "/x", ip: "192.0.2.1" }, to: "web" },
      {
        id: "assets",
        match: { path: "/assets/*", method: ["GET"] },
        cache: { key: { query: { only: ["v"] } } },
        to: "web",
      },
      { id: "own", match: { path: "/own" }, respond: { body: "x" } },
      { id: "rest", to: "web" },
      { id: "never", to: "web" },
    ],
  });
  const asked = anAsked("https://a.test/form", { method: "POST", ip: "192.0.2.77" });
  /** Without the mark of how the route asks. */
  const keysOf = (path: string, query = "") =>
    keysOfUrl(site, asked, { path, query }).map((key) => key.replace(/~.*/, ""));

  it("under each route that takes its path, by the route's own rules", () =>
    expect(keysOf("/assets/x", "v=1&utm=2")).toEqual([
      "a.test#a.test/assets/x?v=1#@assets",
      "a.test#a.test/assets/x?v=1&utm=2#@rest",
    ]));
  it("whoever asks: also under a route that would not take this client", () =>
    expect(keysOf("/x", "b=1")).toEqual(["a.test#a.test/x?b=1#@staff", "a.test#a.test/x?b=1#@rest"]));
  it("under no route that none of its requests reaches", () =>
    expect(keysOf("/y")).toEqual(["a.test#a.test/y#@rest"]));
  it("with slashes merged as a request's are", () => expect(keysOf("//y")).toEqual(keysOf("/y")));
  it("with slashes as they are, where the site does not merge them", () => {
    const origins = [{ id: "a", url: "https://o.test" }];
    const apart = aSite({
      mergeSlashes: false,
      pools: { web: { origins } },
      routes: [{ id: "all", to: "web" }],
    });
    expect(keysOfUrl(apart, asked, { path: "//y", query: "" })[0]).toMatch(/^a\.test#a\.test\/\/y#@all~/);
  });
  it("nowhere where the cache is off, or the edge answers itself", () => {
    expect(keysOf("/off/x")).toEqual([]);
    expect(keysOf("/own")).toEqual([]);
  });
});
