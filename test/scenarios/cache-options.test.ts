// Every option of a route's cache, on a real edge: what it changes for the client, and what the origin is asked.
// Rows run as those of the conformance tables do; what needs more than one host or country follows them.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { replies, useOrigin } from "../support/origin.ts";
import { after, ask, cc, get, type Row, runRows, sinceNoon } from "../support/rows.ts";

const dead = { dies: "connection" } as const;
const html = { "content-type": "text/html" };

const rows: Row[] = [
  {
    clause: "off",
    name: "nothing is stored, and nothing answered from the store",
    cache: "off",
    given: [cc("max-age=60")],
    when: [get(), get()],
    expect: [{ body: "1", headers: { "cache-status": /fwd=bypass.*detail=cache-off$/ } }, "2"],
    asked: 2,
  },
  {
    clause: "ttl",
    name: "a response stays fresh for it, whatever the origin says",
    cache: { ttl: "1h" },
    given: [cc("max-age=5, s-maxage=5")],
    when: [get(), after(3_599), get(), after(1), get()],
    expect: ["1", "1", "2"],
    asked: 2,
  },
  ...["private", "no-store", "no-cache"].map(
    (word): Row => ({
      clause: "ttl",
      name: `${word} keeps its meaning`,
      cache: { ttl: "1h" },
      given: [cc(word)],
      when: [get(), get()],
      expect: ["1", "2"],
      asked: 2,
    }),
  ),
  ...[404, 410, 500, 503].map(
    (status): Row => ({
      clause: "ttl",
      name: `a ${status} is not kept by it`,
      cache: { ttl: "1h" },
      given: [{ status }, {}],
      when: [get(), get()],
      expect: [{ status }, "2"],
      asked: 2,
    }),
  ),
  {
    clause: "ttl",
    name: "a page under a path that says it is a style sheet is not kept (web cache deception)",
    cache: { ttl: "1h" },
    given: [{ headers: html }],
    when: [get({}, "/x.css"), get({}, "/x.css"), get({}, "/x"), get({}, "/x")],
    expect: [{ headers: { "cache-status": /detail=path-type-mismatch$/ } }, "2", "3", "3"],
    asked: 3,
  },
  {
    clause: "defaultTtl",
    name: "a response stays fresh for it where the origin says nothing",
    cache: { defaultTtl: "1m" },
    given: [{ headers: { "last-modified": sinceNoon(-86_400) } }],
    when: [get(), after(59), get(), after(1), get()],
    expect: ["1", "1", "2"],
    asked: 2,
  },
  {
    clause: "defaultTtl",
    name: "the origin's word counts where there is one",
    cache: { defaultTtl: "1m" },
    given: [cc("max-age=5")],
    when: [get(), after(5), get()],
    expect: ["1", "2"],
    asked: 2,
  },
  {
    clause: "statusTtl",
    name: "404: 10s, in place of ttl and of what the origin says; 404 beats 4xx",
    cache: { ttl: "1h", statusTtl: { 404: "10s", "4xx": "0s" } },
    given: [{ ...cc("max-age=600"), status: 404 }],
    when: [get(), after(9), get(), after(1), get()],
    expect: ["1", { status: 404, body: "1" }, "2"],
    asked: 2,
  },
  {
    clause: "statusTtl",
    name: "4xx: 0s is never kept",
    cache: { statusTtl: { 404: "10s", "4xx": "0s" } },
    given: [{ ...cc("max-age=600"), status: 410 }],
    when: [get(), get()],
    expect: [{ headers: { "cache-status": /detail=status-ttl-zero$/ } }, "2"],
    asked: 2,
  },
  {
    clause: "statusTtl",
    name: "5xx: 0s is never kept, and 5xx: 10s is",
    cache: { statusTtl: { "5xx": "0s", 503: "10s" } },
    given: [{ ...cc("max-age=600"), status: 500 }, { status: 503 }],
    when: [get(), get(), get()],
    expect: [{ status: 500 }, { status: 503, body: "2" }, { status: 503, body: "2" }],
    asked: 2,
  },
  {
    clause: "browserTtl",
    name: "browsers are told another lifetime than ours, counted from now",
    cache: { browserTtl: "1m" },
    given: [cc("max-age=600", { expires: "0" })],
    when: [get(), after(100), get()],
    expect: [
      { headers: { "cache-control": "max-age=60", expires: null } },
      { body: "1", headers: { "cache-control": "max-age=160", age: "100", expires: null } },
    ],
    asked: 1,
  },
  {
    clause: "browserTtl",
    name: "what is private keeps the origin's own word",
    cache: { browserTtl: "1m" },
    given: [cc("private, max-age=5")],
    when: [get()],
    expect: [{ headers: { "cache-control": "private, max-age=5" } }],
    asked: 1,
  },
  {
    clause: "staleWhileRevalidate",
    name: "a stale response is served at once while it is refreshed, where the origin does not say",
    cache: { staleWhileRevalidate: "1m" },
    given: [cc("max-age=10")],
    when: [get(), after(69), get(), get(), after(70), get()],
    expect: ["1", "1", "2", "3"],
    asked: 3,
  },
  {
    clause: "staleWhileRevalidate",
    name: "the origin's own word beats it",
    cache: { staleWhileRevalidate: "1m" },
    given: [cc("max-age=10, stale-while-revalidate=5")],
    when: [get(), after(15), get()],
    expect: ["1", "2"],
    asked: 2,
  },
  {
    clause: "staleIfError",
    name: "a stale response stands in for a failing origin for at least this long",
    cache: { staleIfError: "1m" },
    given: [cc("max-age=10, stale-if-error=5"), { status: 503 }],
    when: [get(), after(69), get(), after(1), get()],
    expect: ["1", { status: 200, body: "1" }, { status: 503 }],
    asked: 3,
  },
  {
    clause: "staleIfError",
    name: "the origin's longer word counts",
    cache: { staleIfError: "1s" },
    given: [cc("max-age=10, stale-if-error=60"), { status: 503 }],
    when: [get(), after(60), get()],
    expect: ["1", "1"],
    asked: 2,
  },
  {
    clause: "staleIfError",
    name: "0s: not even for an origin that cannot be reached",
    cache: { staleIfError: "0s" },
    given: [cc("max-age=10", { etag: '"a"' }), dead],
    when: [get(), after(10), get()],
    expect: ["1", { status: 502 }],
    asked: 2,
  },
  {
    clause: "staleIfError",
    name: "left out, an origin that cannot be reached is stood in for",
    cache: {},
    given: [cc("max-age=10", { etag: '"a"' }), dead],
    when: [get(), after(10), get()],
    expect: ["1", "1"],
    asked: 2,
  },
  {
    clause: "staleDespiteSMaxage",
    name: "true: s-maxage leaves stale-while-revalidate in force",
    cache: { staleDespiteSMaxage: true },
    given: [cc("s-maxage=10, stale-while-revalidate=60")],
    when: [get(), after(20), get(), get()],
    expect: ["1", "1", "2"],
    asked: 2,
  },
  {
    clause: "staleDespiteSMaxage",
    name: "left out: s-maxage forbids it, the route's own included",
    cache: { staleWhileRevalidate: "1m" },
    given: [cc("s-maxage=10, stale-while-revalidate=60")],
    when: [get(), after(20), get()],
    expect: ["1", "2"],
    asked: 2,
  },
  {
    clause: "key.query",
    name: "only: no other parameter tells responses apart, and the origin sees them all",
    cache: { key: { query: { only: ["v"] } } },
    given: [cc("max-age=60")],
    when: [get({}, "?v=1&utm=a"), get({}, "?utm=b&v=1"), get({}, "?v=2"), get()],
    expect: ["1", "1", "2", "3"],
    asked: 3,
  },
  {
    clause: "key.query",
    name: "except: all but these tell responses apart",
    cache: { key: { query: { except: ["utm_*"] } } },
    given: [cc("max-age=60")],
    when: [get({}, "?a=1&utm_x=1"), get({}, "?utm_y=2&a=1"), get({}, "?a=2"), get({}, "?utm_x=1;a=3"), get()],
    expect: ["1", "1", "2", "3", "4"],
    asked: 4,
  },
  {
    clause: "key.query",
    name: "sorted: the order of parameters is ignored",
    cache: { key: { query: { sorted: true } } },
    given: [cc("max-age=60")],
    when: [get({}, "?a=1&b=2"), get({}, "?b=2&a=1"), get({}, "?a=1&a=2"), get({}, "?a=2&a=1")],
    expect: ["1", "1", "2", "3"],
    asked: 3,
  },
  {
    clause: "key.header",
    name: "its value tells responses apart, whether the origin says Vary or not",
    cache: { key: { header: ["X-AB"] } },
    given: [cc("max-age=60")],
    when: [get({ "x-ab": "1" }), get({ "x-ab": "2" }), get({ "x-ab": "1" }), get()],
    expect: ["1", "2", "1", "3"],
    asked: 3,
  },
  {
    clause: "key.cookie",
    name: "its value tells responses apart, other cookies do not",
    cache: { key: { cookie: ["ab"] } },
    given: [cc("max-age=60")],
    when: [get({ cookie: "ab=1; x=1" }), get({ cookie: "x=2; ab=1" }), get({ cookie: "ab=2" }), get()],
    expect: ["1", "1", "2", "3"],
    asked: 3,
  },
  {
    clause: "key.cookiePresence",
    name: "two variants, however many values",
    cache: { key: { cookiePresence: ["session"] } },
    given: [cc("max-age=60")],
    when: [get({ cookie: "session=1" }), get({ cookie: "session=2" }), get(), get({ cookie: "other=1" })],
    expect: ["1", "1", "2", "2"],
    asked: 2,
  },
  {
    clause: "key.device",
    name: "mobile, tablet and desktop have responses of their own",
    cache: { key: { device: true } },
    given: [cc("max-age=60")],
    when: [
      get({ "sec-ch-ua-mobile": "?1" }),
      get({ "user-agent": "Mozilla/5.0 (iPad)" }),
      get({ "user-agent": "Mozilla/5.0 (X11; Linux x86_64)" }),
      get({ "user-agent": "Mozilla/5.0 (iPhone) Mobile/15E148" }),
    ],
    expect: ["1", "2", "3", "1"],
    asked: 3,
  },
  {
    clause: "bypass",
    name: "a request with such a header goes past the cache: neither answered from it nor stored",
    cache: { bypass: { headers: ["X-Preview"] } },
    given: [cc("max-age=60")],
    when: [get({ "x-preview": "1" }), get(), get({ "x-preview": "1" }), get()],
    expect: [{ headers: { "cache-status": /fwd=bypass.*detail=bypass-header$/ } }, "2", "3", "2"],
    asked: 3,
  },
  {
    clause: "bypass",
    name: "so does one with such a cookie",
    cache: { bypass: { cookies: ["session*"] } },
    given: [cc("max-age=60")],
    when: [
      get({ cookie: "a=1; session_id=2" }),
      get({ cookie: 'session={"a":"\\"}' }),
      get({ cookie: "a=session" }),
      get(),
    ],
    expect: [{ headers: { "cache-status": /detail=bypass-cookie$/ } }, "2", "3", "3"],
    asked: 3,
  },
  {
    clause: "vary",
    name: "a list: the best accepted of these values counts",
    cache: { vary: { "accept-language": ["en", "de"] } },
    given: [cc("max-age=60", { vary: "Accept-Language" })],
    when: [
      get({ "accept-language": "de, en;q=0.1" }),
      get({ "accept-language": "fr, de;q=0.9" }),
      get({ "accept-language": "en-GB, en;q=0.9" }),
      get({ "accept-language": "en" }),
    ],
    expect: ["1", "1", "2", "2"],
    asked: 2,
  },
  {
    clause: "vary",
    name: "pass: byte for byte",
    cache: { vary: { "accept-encoding": "pass" } },
    given: [cc("max-age=60", { vary: "Accept-Encoding" })],
    when: [
      get({ "accept-encoding": "gzip, br" }),
      get({ "accept-encoding": "gzip,br" }),
      get({ "accept-encoding": "gzip, br" }),
    ],
    expect: ["1", "2", "1"],
    asked: 2,
  },
  {
    clause: "vary",
    name: "ignore: not at all",
    cache: { vary: { "user-agent": "ignore" } },
    given: [cc("max-age=60", { vary: "User-Agent, Foo" })],
    when: [get({ "user-agent": "a" }), get({ "user-agent": "b" }), get({ "user-agent": "b", foo: "1" })],
    expect: ["1", "1", "2"],
    asked: 2,
  },
  {
    clause: "setCookie",
    name: "refuse, and left out: a response with a cookie is not stored",
    cache: {},
    given: [cc("public, max-age=60", { "set-cookie": "session=1" })],
    when: [get(), get()],
    expect: [
      { body: "1", headers: { "set-cookie": "session=1", "cache-status": /detail=set-cookie$/ } },
      "2",
    ],
    asked: 2,
  },
  {
    clause: "setCookie",
    name: "refuse: a cookie that comes with a 304 goes to its client alone",
    cache: { setCookie: "refuse" },
    given: [
      cc("max-age=1", { etag: '"a"' }),
      { ...cc("max-age=60", { "set-cookie": "session=1" }), status: 304 },
      cc("max-age=60", { etag: '"a"' }),
    ],
    when: [get(), after(2), get(), get()],
    expect: ["1", { body: "1", headers: { "set-cookie": "session=1" } }, { headers: { "set-cookie": null } }],
    asked: 3,
  },
  {
    clause: "setCookie",
    name: "strip: stored and answered without it, to the first client too",
    cache: { setCookie: "strip" },
    given: [cc("max-age=60", { "set-cookie": "session=1" })],
    when: [get(), get()],
    expect: [
      { body: "1", headers: { "set-cookie": null } },
      { body: "1", headers: { "set-cookie": null } },
    ],
    asked: 1,
  },
  {
    clause: "setCookie",
    name: "strip: what is not stored keeps its cookie",
    cache: { setCookie: "strip" },
    given: [cc("private", { "set-cookie": "session=1" })],
    when: [get()],
    expect: [{ headers: { "set-cookie": "session=1" } }],
    asked: 1,
  },
  {
    clause: "setCookie",
    name: "store: everyone gets the first one's",
    cache: { setCookie: "store" },
    given: [cc("max-age=60", { "set-cookie": "language=de" })],
    when: [get(), get()],
    expect: ["1", { body: "1", headers: { "set-cookie": "language=de" } }],
    asked: 1,
  },
  {
    clause: "maxObject",
    name: "a longer body is not stored, one that is just as long is",
    cache: { maxObject: "1KiB" },
    given: [
      { ...cc("max-age=60"), body: "x".repeat(1_025) },
      { ...cc("max-age=60"), body: "y".repeat(1_024) },
    ],
    when: [get(), get(), get()],
    expect: [
      { body: "x".repeat(1_025), headers: { "cache-status": /detail=too-large$/ } },
      "y".repeat(1_024),
      "y".repeat(1_024),
    ],
    asked: 2,
  },
  {
    clause: "methods",
    name: "POST: a response that says it is what a GET would get serves later GETs",
    given: [cc("max-age=60", { "content-location": "/page" })],
    when: [ask("POST", {}, { body: "x" }), get(), ask("POST", {}, { body: "x" }), get()],
    expect: [{ body: "1", headers: { "cache-status": /stored/ } }, "1", "2", "2"],
    asked: 2,
  },
  {
    clause: "methods",
    name: "POST: not without explicit freshness, nor under another Content-Location",
    given: [
      { headers: { "content-location": "/page", etag: '"a"' } },
      cc("max-age=60", { "content-location": "/other" }),
      cc("max-age=60"),
    ],
    when: [ask("POST", {}, { body: "x" }), ask("POST", {}, { body: "x" }), get()],
    expect: ["1", "2", "3"],
    asked: 3,
  },
  {
    clause: "methods",
    name: "without POST in the list none of its responses is kept",
    cache: { methods: ["GET"] },
    given: [cc("max-age=60", { "content-location": "/page" })],
    when: [ask("POST", {}, { body: "x" }), get()],
    expect: ["1", "2"],
    asked: 2,
  },
  {
    clause: "methods",
    name: "QUERY: keyed by its body and content type, and no GET's",
    given: [cc("max-age=60")],
    when: [
      ask("QUERY", { "content-type": "a/b" }, { body: "q=1" }),
      ask("QUERY", { "content-type": "a/b" }, { body: "q=1" }),
      ask("QUERY", { "content-type": "a/b" }, { body: "q=2" }),
      ask("QUERY", { "content-type": "a/c" }, { body: "q=1" }),
      get(),
      ask("QUERY", { "content-type": "a/b" }, { body: "q=1" }),
    ],
    expect: ["1", "1", "2", "3", "4", "1"],
    asked: 4,
  },
  {
    clause: "methods",
    name: "without QUERY in the list it is passed on",
    cache: { methods: ["GET", "POST"] },
    given: [cc("max-age=60")],
    when: [ask("QUERY", {}, { body: "q" }), ask("QUERY", {}, { body: "q" })],
    expect: [{ headers: { "cache-status": /detail=method-not-cached$/ } }, "2"],
    asked: 2,
  },
];

runRows("cache option", rows);

describe("cache options that look beyond the request", () => {
  const edge = useEdge();
  const origin = useOrigin();
  const site = (cache: SiteFile["routes"][number]["cache"], hosts?: string[]) => {
    origin.answers(replies(["1", "2", "3"], { "cache-control": "max-age=60" }));
    return edge.site({
      ...(hosts && { hosts }),
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", ...(cache !== undefined && { cache }) }],
    });
  };

  it("key.country: each country has responses of its own", async () => {
    const client = await site({ key: { country: true } });
    const bodies: string[] = [];
    for (const country of ["DE", "FR", "DE"]) {
      await edge.control({ country });
      bodies.push((await client.get("/")).text);
      await edge.settled();
    }
    expect(bodies).toEqual(["1", "2", "1"]);
  });

  it("key.host false: all hosts of the site share responses", async () => {
    const client = await site({ key: { host: false } }, ["one.test", "two.test"]);
    expect((await client.get("/")).text).toBe("1");
    await edge.settled();
    expect((await edge.client("two.test").get("/")).text).toBe("1");
  });

  it("left out, each host has its own", async () => {
    const client = await site(undefined, ["three.test", "four.test"]);
    expect((await client.get("/")).text).toBe("1");
    await edge.settled();
    expect((await edge.client("four.test").get("/")).text).toBe("2");
  });

  it("key.query: the origin sees what the key leaves out", async () => {
    const client = await site({ key: { query: { only: ["v"] } } });
    await client.get("/?v=1&utm=a");
    expect(origin.last.url).toBe("/?v=1&utm=a");
  });

  it("methods: a QUERY's body reaches the origin whole", async () => {
    const client = await site(undefined);
    origin.answers((request, response) => void request.pipe(response));
    expect((await client.ask("/", { method: "QUERY", body: "q=1" })).text).toBe("q=1");
  });
});
