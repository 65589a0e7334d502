// Time that grows faster than the input (ReDoS, CWE-1333). The site has every kind of pattern that a site file may have; each try
// sends what would make a backtracking matcher slow, as long as a request can be.
import { type Family, get, post, type Try } from "../try.ts";

const CWE = "CWE-1333, ReDoS";
const LONG = 30_000;
const SOON_MS = 1_500;

const inField = (
  name: string,
  source: string,
  line: string,
  gets = 200,
  origin: readonly string[] = ["GET /page"],
): Try => ({
  name: `time: ${name}`,
  source,
  sends: get("/page", `${line}\r\n`),
  gets: [gets],
  withinMs: SOON_MS,
  origin,
});

const inTarget = (name: string, source: string, target: string, gets = 200, received = target): Try => ({
  name: `time: ${name}`,
  source,
  sends: get(target),
  gets: [gets],
  withinMs: SOON_MS,
  origin: gets === 200 ? [`GET ${received}`] : [],
});

export const patterns: Family = {
  title: "patterns",
  site: (url) => ({
    trustedProxies: ["127.0.0.1"],
    cors: { origins: ["https://*.a.app.test", "https://*.b.app.test"] },
    compress: "auto",
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [
      {
        id: "globs",
        match: {
          any: [
            { header: { "x-glob": "*a*a*a*a*a*a*a*a*b" } },
            { cookie: { c: "*a*a*a*a*a*a*a*a*b" } },
            { query: { q: "*a*a*a*a*a*a*a*a*b" } },
          ],
        },
        respond: { status: 403 },
      },
      { id: "slug", match: { path: "/slug/:x{[a-z0-9]+(?:-[a-z0-9]+)*}" }, cache: "off", to: "web" },
      { id: "rest-of", match: { path: "/rest/*{.+\\.png}" }, cache: "off", to: "web" },
      { id: "stars", match: { path: "/*/a/*/a/*/a/*/a/*/b" }, respond: { status: 403 } },
      {
        id: "many",
        match: { path: "/many/:a/:b/:c/:d/:e/:f/:g/:h" },
        rewrite: { path: "/:h/:a" },
        cache: "off",
        to: "web",
      },
      {
        id: "typed",
        match: { path: "/typed" },
        body: { types: ["application/*+json"] },
        cache: "off",
        to: "web",
      },
      {
        id: "rest",
        cache: {
          vary: { "accept-language": ["de", "en"] },
          bypass: { cookies: ["*s*e*s*s*i*o*n*"] },
          key: { query: { except: ["utm_*"] } },
        },
        to: "web",
      },
    ],
  }),
  tries: [
    inField(
      "a glob with many stars, in a field",
      "Cox 2017, Glob Matching Can Be Simple And Fast Too",
      `X-Glob: ${"a".repeat(LONG)}`,
    ),
    inField(
      "a glob with many stars, in a list of a field",
      "Cox 2017",
      `X-Glob: ${"aaaaaaaaaa,".repeat(2_700)}`,
    ),
    inField("a glob with many stars, in a cookie", "Cox 2017", `Cookie: c=${"a".repeat(LONG)}`),
    inField("a glob for names of cookies", "Cox 2017", `Cookie: ${"sesio".repeat(6_000)}=1`),
    inField("ten thousand cookies", CWE, `Cookie: ${"a=;".repeat(10_000)}`),
    inField(
      "a cookie of quotation marks",
      "CVE-2024-47764, cookie parsers",
      `Cookie: a="${'\\"'.repeat(LONG / 2)}`,
    ),
    inField(
      "a cookie of commas and names, which may be two lines joined",
      "docs/proxying.md, Cookies",
      `Cookie: ${"a=1, ".repeat(6_000)}`,
    ),
    inField("a cookie of blanks", "CVE-2022-25901, cookiejar", `Cookie: a${" ".repeat(LONG)}=1`),
    inTarget("a glob with many stars, in a parameter", "Cox 2017", `/page?q=${"a".repeat(8_000)}`),
    inTarget("four thousand parameters", "CVE-2011-4885, hash collisions", `/page?${"a&".repeat(4_000)}`),
    inTarget("parameters of semicolons", CWE, `/page?${";".repeat(8_000)}`),
    inTarget("parameters of escapes that are broken", CWE, `/page?${"%".repeat(8_000)}`),
    inTarget("parameters of brackets", "qs, CVE-2022-24999", `/page?a${"[a]".repeat(2_600)}=1`),
    inTarget("an expression with a repeated group", CWE, `/slug/${"a".repeat(7_900)}!`),
    inTarget("an expression with many ends", CWE, `/slug/${"a-".repeat(3_950)}`),
    inTarget("an expression for the rest of a path", CWE, `/rest/${"a/".repeat(3_950)}x`),
    inTarget("four thousand segments", CWE, `/${"a/".repeat(4_000)}`),
    inTarget("stars for segments", CWE, `/${"x/a/".repeat(1_900)}x`),
    inTarget("four thousand pairs of dots", CWE, `/page${"/x/..".repeat(1_600)}`, 200, "/page/"),
    inTarget("slashes that are merged", CWE, `${"/".repeat(8_000)}page`, 200, "/page"),
    inTarget("parameters of segments", CWE, `/page${";a".repeat(3_900)}`),
    inTarget("escapes of every letter", CWE, `/${"%61".repeat(2_600)}`, 200, `/${"a".repeat(2_600)}`),
    inTarget("a path of percent signs", CWE, `/${"%".repeat(8_000)}`, 400),
    inField(
      "Accept of commas",
      "CVE-2024-45590 and others, negotiators",
      `Accept: text/html${",".repeat(LONG)}`,
    ),
    inField(
      "Accept-Encoding of weights",
      "CVE-2022-25883 and others, negotiators",
      `Accept-Encoding: ${"gzip;q=0.1,".repeat(2_700)}`,
    ),
    inField(
      "Accept-Encoding of blanks",
      "CVE-2016-10539, negotiator",
      `Accept-Encoding: gzip${" ".repeat(LONG)}x`,
    ),
    inField(
      "Accept-Language of subtags",
      "CVE-2022-25883 and others, negotiators",
      `Accept-Language: de${"-a".repeat(LONG / 2)}`,
    ),
    inField(
      "Accept-Language of ranges",
      "CVE-2016-10539, negotiator",
      `Accept-Language: ${"de-de,".repeat(5_000)}`,
    ),
    inField(
      "Cache-Control of quotation marks",
      "CVE-2022-25881, http-cache-semantics",
      `Cache-Control: a="${"\\".repeat(LONG)}`,
    ),
    inField(
      "Cache-Control of blanks",
      "CVE-2022-25881, http-cache-semantics",
      `Cache-Control: a${" ".repeat(LONG)}`,
    ),
    inField("Forwarded of quotation marks", CWE, `Forwarded: for="${'\\"'.repeat(LONG / 2)}`),
    inField("Forwarded of semicolons", CWE, `Forwarded: ${";".repeat(LONG)}`),
    inField("X-Forwarded-For of commas", CWE, `X-Forwarded-For: ${",".repeat(LONG)}`),
    inField(
      "X-Forwarded-For of colons, as long addresses",
      "CVE-2021-28918, netmask",
      `X-Forwarded-For: ${":".repeat(LONG)}`,
    ),
    inField("X-Forwarded-Host of dots", CWE, `X-Forwarded-Host: ${"a.".repeat(LONG / 2)}`),
    inField("X-Forwarded-Host of dashes", CWE, `X-Forwarded-Host: ${"-".repeat(LONG)}`),
    inField("CDN-Loop of blanks", CWE, `CDN-Loop: ${"x ,".repeat(LONG / 3)}`),
    inField("Connection of names", CWE, `Connection: ${"a,".repeat(LONG / 2)}`),
    inField(
      "Transfer-Encoding is refused before anything reads it at length",
      CWE,
      `Transfer-Encoding: ${" ".repeat(LONG)}x`,
      400,
      [],
    ),
    inField("Content-Length of repeated numbers", CWE, `Content-Length: ${"0,".repeat(LONG / 2)}0`, 400, []),
    inField(
      "If-None-Match of quotation marks",
      "CVE-2017-20165 and others, fresh",
      `If-None-Match: ${'"'.repeat(LONG)}`,
    ),
    inField(
      "If-None-Match of W/",
      "CVE-2017-20165 and others, fresh",
      `If-None-Match: ${"W/".repeat(LONG / 2)}`,
    ),
    inField("Range of dashes", CWE, `Range: bytes=${"-".repeat(LONG)}`),
    inField("Origin of labels", CWE, `Origin: https://${"a.".repeat(LONG / 2)}app.test`),
    inField(
      "Origin of labels, as short as is looked at",
      CWE,
      `Origin: https://${"a-".repeat(140)}!.a.app.test`,
    ),
    inField("Host of dots", CWE, "X: y\r\nHost: <host>", 400, []),
    inField(
      "User-Agent of brackets",
      "CVE-2020-7733 and others, ua-parser-js",
      `User-Agent: ${"(".repeat(LONG)}`,
    ),
    inField("Authorization of blanks", CWE, `Authorization: Basic${" ".repeat(LONG)}`),
    {
      name: "time: a media type of many suffixes",
      source: "CVE-2024-39249 and others, content-type",
      sends: post(
        "/typed",
        `Connection: close\r\nContent-Type: application/${"+json".repeat(180)}x\r\nContent-Length: 2\r\n`,
        "ab",
      ),
      gets: [415],
      withinMs: SOON_MS,
      origin: [],
    },
    {
      name: "time: a media type with parameters of quotation marks",
      source: "CVE-2024-39249 and others, content-type",
      sends: post(
        "/typed",
        `Connection: close\r\nContent-Type: a/b;${'a="\\"'.repeat(200)}\r\nContent-Length: 2\r\n`,
        "ab",
      ),
      gets: [415],
      withinMs: SOON_MS,
      origin: [],
    },
    {
      name: "time: Destination of dots",
      source: CWE,
      sends: get("/page", `Destination: http://<host>/${"../".repeat(9_000)}\r\n`).replace("GET", "MOVE"),
      gets: [403],
      withinMs: SOON_MS,
      origin: [],
    },
    {
      name: "time: If of brackets",
      source: "RFC 4918 §10.4",
      sends: get("/page", `If: ${"<".repeat(LONG)}\r\n`).replace("GET", "LOCK"),
      gets: [200],
      withinMs: SOON_MS,
      origin: ["LOCK /page"],
    },
  ],
};
