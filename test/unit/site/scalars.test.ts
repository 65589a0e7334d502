import { describe, expect, it } from "vitest";
import { aSite, problemsIn, validSite, WEB, withRoute } from "./fixtures.ts";

describe("a host of a site", () => {
  it.each([
    "a",
    "a.b",
    "example.io",
    "x-1.example.com",
    "_dmarc.example.com",
    "Shop.Example.COM",
    "127.0.0.1",
    "*",
    "*.io",
    "*.a.b.c.d.e.f",
    "a.b.c.d.e.f.g.h",
    `${"a.".repeat(126)}a`,
  ])("may be %s", (host) => expect(problemsIn(aSite({ hosts: [host] }))).toEqual([]));

  it.each([
    "",
    "a b",
    "-a.example",
    "a-.example",
    "a.-b",
    "a.b-",
    "a..b",
    ".a",
    "a.",
    "*a.example",
    "a.*",
    "a.b:80",
    "a.b/x",
    "https://a.b",
    "münchen.example",
  ])("may not be %j", (host) => {
    expect(problemsIn(aSite({ hosts: [host] }))).toEqual([
      "hosts[0]  is not a host; write shop.example.com, *.example.com or *, without scheme, port or path",
    ]);
  });

  it("has at most six labels after a star, because the edge looks for no longer wildcard", () => {
    expect(problemsIn(aSite({ hosts: ["*.a.b.c.d.e.f.g"] }))).toEqual([
      "hosts[0]  is too long for a wildcard; write at most 6 labels after the star",
    ]);
  });

  it("has at most 253 characters", () => {
    expect(problemsIn(aSite({ hosts: [`${"a.".repeat(126)}aa`] }))).toEqual([
      "hosts[0]  is longer than a host can be (253 characters)",
    ]);
  });
});

describe("the name of a header field", () => {
  const removing = (name: string) => withRoute({ to: "web", headers: { request: { remove: [name] } } });
  const AT = "routes[0].headers.request.remove[0]";

  it.each(["x-a", "X_A", "a", "!#$%&'+.^`|~0"])("may be %s", (name) =>
    expect(problemsIn(removing(name))).toEqual([]),
  );

  it.each(["", "x a", "x:", "é", "(a)"])("may not be %j", (name) => {
    expect(problemsIn(removing(name))).toEqual([
      `${AT}  is not a header name; letters, digits and hyphens only`,
    ]);
  });

  it.each([
    "Host",
    "Connection",
    "Content-Length",
    "Keep-Alive",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
  ])("may not be %s in an edit, because it belongs to the connection", (name) => {
    expect(problemsIn(removing(name))).toEqual([
      `${AT}  belongs to the edge, which sets it for each connection; remove it`,
    ]);
  });
});

describe("a method", () => {
  const methods =
    "GET HEAD POST PUT DELETE PATCH OPTIONS QUERY PURGE TRACE CONNECT COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH " +
    "UNLOCK ACL REPORT MKACTIVITY CHECKOUT MERGE NOTIFY SUBSCRIBE UNSUBSCRIBE";
  it.each(methods.split(" "))("may be %s", (method) =>
    expect(problemsIn(withRoute({ to: "web", match: { method } }))).toEqual([]),
  );

  it("is a method of the runtime", () => {
    expect(problemsIn(withRoute({ to: "web", match: { method: "G" } }))).toEqual([
      "routes[0].match.method  is not a method that the runtime accepts, so no request can have it",
    ]);
  });

  it.each(["", "G E T", "GET1", "-get"])("is not written %j", (method) => {
    expect(problemsIn(withRoute({ to: "web", match: { method } }))).toEqual([
      "routes[0].match.method  is not a method; write GET, POST, …",
    ]);
  });
});

describe("the URL of an origin", () => {
  const at = (url: unknown) => aSite({ pools: { web: { origins: [{ id: "a", url }] } } });
  const AT = "pools.web.origins[0].url";

  it.each(["http://a.example.net", "https://a.example.net:8443/base", "https://[2001:db8::1]"])(
    "may be %s",
    (url) => expect(problemsIn(at(url))).toEqual([]),
  );

  it.each([
    ["a.example.net", "is not an http(s) URL"],
    ["/base", "is not an http(s) URL"],
    ["ftp://a.example.net", "is not an http(s) URL"],
    ["xhttp://a.example.net", "is not an http(s) URL"],
    ["httpx://a.example.net", "is not an http(s) URL"],
    ["https://a.example.net/?a=1", "may not have a query or a fragment"],
    ["https://a.example.net/#a", "may not have a query or a fragment"],
    ["https://me@a.example.net", "may not contain a user name or password"],
    ["https://:secret@a.example.net", "may not contain a user name or password"],
    [undefined, "is missing; write a string"],
  ])("may not be %s", (url, message) => expect(problemsIn(at(url))).toEqual([`${AT}  ${message}`]));
});

describe("a quantity", () => {
  const withMaxBody = (maxBody: string) => aSite({ pools: { web: { ...WEB, retry: { maxBody } } } });
  const withCache = (cache: object) => withRoute({ to: "web", cache });
  const withTimeout = (timeout: object) => aSite({ pools: { web: { ...WEB, timeout } } });
  const noSlice = ["routes[0].cache.slice  is not between 64KiB and 16MiB"];

  it.each([
    ["the shortest slice", withCache({ slice: "64KiB" }), []],
    ["a shorter slice", withCache({ slice: "63KiB" }), noSlice],
    ["the longest slice", withCache({ slice: "16MiB" }), []],
    ["a slice one byte longer", withCache({ slice: "16777217B" }), noSlice],
    ["no body kept for a retry", withMaxBody("0B"), []],
    ["the longest body kept for a retry", withMaxBody("64MiB"), []],
    [
      "a longer body kept for a retry",
      withMaxBody("65MiB"),
      ["pools.web.retry.maxBody  is too large; write at most 64MiB"],
    ],
    ["no object at all", withCache({ maxObject: "0B" }), []],
    ["the largest object", withCache({ maxObject: "1024GiB" }), []],
    [
      "a larger object",
      withCache({ maxObject: "1025GiB" }),
      ["routes[0].cache.maxObject  is too large; write at most 1024GiB"],
    ],
    ["no lifetime", withCache({ ttl: "0s" }), []],
    ["the longest lifetime", withCache({ ttl: "24855d" }), []],
    [
      "a longer lifetime",
      withCache({ ttl: "24856d" }),
      ["routes[0].cache.ttl  is too large; write at most 24855d"],
    ],
    [
      "a shorter wait than 10ms",
      withTimeout({ firstByte: "9.4ms" }),
      ["pools.web.timeout.firstByte  is too small; write at least 10ms"],
    ],
  ])("is held to its bounds: %s", (_what, value, problems) => expect(problemsIn(value)).toEqual(problems));
});

describe("a number", () => {
  const withOrigin = (parts: object) =>
    aSite({ pools: { web: { origins: [...WEB.origins, { ...WEB.origins[0], id: "b", ...parts }] } } });
  const withTest = (stored: object) =>
    aSite({ tests: [{ request: { url: "https://a.test/" }, stored, expect: { key: null } }] });
  const withAttempts = (attempts: number) => aSite({ pools: { web: { ...WEB, retry: { attempts } } } });

  const ROWS: [what: string, least: number, most: number, at: (value: number) => unknown][] = [
    ["the status of an answer", 200, 599, (status) => withRoute({ respond: { status } })],
    ["the status of a stored response", 200, 599, (status) => withTest({ status })],
    ["the weight of an origin", 0, 1_000_000, (weight) => withOrigin({ weight })],
    ["the tier of an origin", 0, 15, (tier) => withOrigin({ tier })],
    ["the attempts of a retry", 1, 10, withAttempts],
    ["the share of requests that are logged", 0, 1, (sample) => aSite({ log: { sample } })],
  ];
  it.each(ROWS)("is held to its bounds: %s", (_what, least, most, at) => {
    expect([least, most].flatMap((value) => problemsIn(at(value)))).toEqual([]);
    expect([least - 1, most + 1].map((value) => problemsIn(at(value))[0]?.replace(/^.* {2}/, ""))).toEqual([
      `must be at least ${least}`,
      `must be at most ${most}`,
    ]);
  });
});

describe("a stored response of a test", () => {
  it("was received just now, with the status 200, unless the test says otherwise", () => {
    const request = { url: "https://a.test/" };
    const site = validSite(aSite({ tests: [{ request, stored: {}, expect: { key: null } }] }));
    expect(site.tests[0]?.stored).toEqual({ status: 200, age: 0, headers: {} });
  });
});

describe("a text", () => {
  const withStatusTtl = (key: string) => withRoute({ to: "web", cache: { statusTtl: { [key]: "1m" } } });
  const withCountry = (country: string) => withRoute({ to: "web", match: { country } });
  const noStatus = "is not a status; write 404 or 4xx";
  const noCountry = "is not a country; write its two-letter code: DE, FR, US";
  const noId = "is not an id; use letters, digits, '.', '_' and '-', at most 64";

  const ROWS: [
    what: string,
    right: readonly string[],
    wrong: readonly string[],
    at: (text: string) => unknown,
    message: string,
  ][] = [
    [
      "a status",
      ["100", "404", "5xx"],
      ["", "40", "4044", "x404", "404x", "4xxx", "604", "4xX"],
      withStatusTtl,
      noStatus,
    ],
    ["a country", ["DE", "fr", "T1", "XX"], ["", "D", "DEU", "1T", "xDE", "D-"], withCountry, noCountry],
    [
      "an id",
      ["a", "A", "0", "a.b_c-d", "a".repeat(64)],
      ["", ".a", "-a", "_a", "a b", "é", "a/b", "a".repeat(65)],
      (id) => aSite({ routes: [{ id, to: "web" }] }),
      noId,
    ],
    [
      "the value of a field",
      ["", "a", "a\tb", "~ !"],
      ["a\r\nb", "\0", "\x7f", "a\x1f"],
      (value) => withRoute({ respond: { headers: { "x-a": value } } }),
      "has a control character, which no header value may contain",
    ],
  ];
  it.each(ROWS)("is written in its own way: %s", (_what, right, wrong, at, message) => {
    for (const text of right) expect(problemsIn(at(text)), text).toEqual([]);
    for (const text of wrong)
      expect(
        problemsIn(at(text)).map((problem) => problem.replace(/^.*? {2}/, "")),
        text,
      ).toEqual([message]);
  });

  it("may stand alone in a list of values", () => {
    expect(problemsIn(withRoute({ to: "web", cache: { vary: { a: ["x"] } } }))).toEqual([]);
    expect(problemsIn(withRoute({ to: "web", match: { header: { a: ["x"] } } }))).toEqual([]);
  });

  it("is none of an empty list of values", () => {
    expect(problemsIn(withRoute({ to: "web", cache: { vary: { a: [] } } }))).toHaveLength(1);
    expect(problemsIn(withRoute({ to: "web", match: { header: { a: [] } } }))).toHaveLength(1);
  });
});

describe("a trusted address", () => {
  it.each(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1"])("may be %s", (one) =>
    expect(problemsIn(aSite({ trustedProxies: [one] }))).toEqual([]),
  );
  it.each(["10.0.0.0/33", "127.1", "010.0.0.1", "a.example", ""])("may not be %j", (one) => {
    expect(problemsIn(aSite({ trustedProxies: [one] }))).toEqual([
      "trustedProxies[0]  is not an address or a range such as 10.0.0.0/8",
    ]);
  });
});
