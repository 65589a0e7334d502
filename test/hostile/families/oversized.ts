// Everything larger than it should be. What is too large is refused with a status that says so, as early as possible, and no
// origin gets half of it for a whole.
import { type Family, get, post, type Try } from "../try.ts";

const CWE = "CWE-770, allocation without limits";
const KIB = 1_024;

const refused = (
  name: string,
  source: string,
  sends: string,
  gets: number,
  more: Partial<Try> = {},
): Try => ({
  name: `too large: ${name}`,
  source,
  sends,
  gets: [gets],
  origin: [],
  ...more,
});

const taken = (
  name: string,
  source: string,
  sends: string,
  origin: readonly string[],
  more: Partial<Try> = {},
): Try => ({
  name: `large: ${name}`,
  source,
  sends,
  gets: [200],
  origin,
  ...more,
});

const chunks = (count: number, size: number): string =>
  `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`.repeat(count);

export const oversized: Family = {
  title: "oversized",
  site: (url) => ({
    pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
    routes: [
      {
        id: "small",
        match: { path: "/small/*" },
        body: { max: "1KiB" },
        head: { maxUrl: "64B", maxFields: 12, maxSize: "2KiB" },
        cache: "off",
        to: "web",
      },
      { id: "rest", cache: "off", to: "web" },
    ],
  }),
  tries: [
    refused("a path beyond 8 KiB", "RFC 9110 §4.1", get(`/${"a".repeat(8 * KIB)}`), 414),
    refused("a query beyond 8 KiB", "RFC 9110 §4.1", get(`/?${"a".repeat(8 * KIB)}`), 414),
    refused("a path of 64 KiB", "RFC 9112 §3", get(`/${"a".repeat(64 * KIB)}`), 414),
    refused("a path of one megabyte", "RFC 9112 §3", get(`/${"a".repeat(1_024 * KIB)}`), 431),
    refused("an absolute URL of one megabyte", "RFC 9112 §3", get(`http://${"a".repeat(1_024 * KIB)}/`), 431),
    refused(
      "a path beyond the route's limit",
      "docs/request-limits.md",
      get(`/small/${"a".repeat(64)}`),
      414,
    ),
    refused(
      "a path beyond the route's limit in escapes that are short for the origin",
      "docs/request-limits.md",
      get(`/small/${"%c3%a9".repeat(12)}`),
      414,
    ),
    refused("one field beyond 32 KiB", CWE, get("/a", `X-A: ${"a".repeat(33 * KIB)}\r\n`), 431),
    refused(
      "fields beyond 32 KiB together",
      CWE,
      get("/a", Array.from({ length: 40 }, (_, at) => `X-${at}: ${"a".repeat(KIB)}\r\n`).join("")),
      431,
    ),
    refused("one field of two megabytes", CWE, get("/a", `X-A: ${"a".repeat(2_048 * KIB)}\r\n`), 431),
    refused("a name of 33 KiB", CWE, get("/a", `X-${"a".repeat(33 * KIB)}: 1\r\n`), 431),
    refused("a hundred thousand fields", CWE, get("/a", "a:\r\n".repeat(100_000)), 431),
    refused("cookies beyond 32 KiB", CWE, get("/a", `Cookie: ${"a=1;".repeat(9 * KIB)}\r\n`), 431),
    refused(
      "more fields than the route takes",
      "docs/request-limits.md",
      get("/small/a", Array.from({ length: 13 }, (_, at) => `X-${at}: 1\r\n`).join("")),
      431,
    ),
    refused(
      "larger fields than the route takes",
      "docs/request-limits.md",
      get("/small/a", `X-A: ${"a".repeat(2 * KIB)}\r\n`),
      431,
    ),
    refused("a Host of 64 KiB", CWE, get("/a", "", "a".repeat(64 * KIB)), 414),
    refused("a method of 64 KiB", "RFC 9110 §9.1", get("/a").replace("GET", "A".repeat(64 * KIB)), 501),
    refused(
      "a version of 64 KiB",
      "RFC 9112 §2.3",
      get("/a").replace("HTTP/1.1", `HTTP/1.${"1".repeat(64 * KIB)}`),
      400,
    ),
    refused(
      "a declared body beyond the route's limit, which is not read",
      "docs/request-limits.md",
      post("/small/a", "Connection: close\r\nContent-Length: 1025\r\n", "x".repeat(1_025)),
      413,
    ),
    refused(
      "a declared body of eight petabytes",
      CWE,
      post("/small/a", "Connection: close\r\nContent-Length: 9007199254740991\r\n", "x"),
      413,
    ),
    refused(
      "a declared body beyond what a number can be",
      CWE,
      post("/a", "Connection: close\r\nContent-Length: 9007199254740993\r\n", "x"),
      400,
    ),
    refused(
      "a body that waits for leave to come",
      "RFC 9110 §10.1.1",
      post("/small/a", "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n"),
      413,
    ),
    refused(
      "a body in chunks beyond the route's limit",
      "docs/request-limits.md",
      post("/small/a", "Connection: close\r\nTransfer-Encoding: chunked\r\n", `${chunks(3, 500)}0\r\n\r\n`),
      413,
      {
        origin: ["POST /small/a, cut"],
      },
    ),
    refused(
      "a body in chunks of one byte beyond the route's limit",
      CWE,
      post("/small/a", "Connection: close\r\nTransfer-Encoding: chunked\r\n", `${chunks(1_100, 1)}0\r\n\r\n`),
      413,
      {
        origin: ["POST /small/a, cut"],
      },
    ),
    refused(
      "a body whose one chunk is beyond the route's limit",
      CWE,
      post(
        "/small/a",
        "Connection: close\r\nTransfer-Encoding: chunked\r\n",
        `fffffff\r\n${"x".repeat(2 * KIB)}`,
      ),
      413,
      {
        ends: true,
        origin: ["POST /small/a, cut"],
      },
    ),
    taken("a path of 8 KB", "RFC 9110 §4.1", get(`/${"a".repeat(8_000)}`), [`GET /${"a".repeat(8_000)}`]),
    taken("a field of 30 KB", CWE, get("/a", `X-A: ${"a".repeat(30_000)}\r\n`), ["GET /a"]),
    taken(
      "a body of one megabyte",
      CWE,
      post("/a", "Connection: close\r\nContent-Length: 1048576\r\n", "x".repeat(1_048_576)),
      ["POST /a"],
    ),
    taken(
      "a body of two thousand chunks of one byte",
      "CVE-2023-39326",
      post("/a", "Connection: close\r\nTransfer-Encoding: chunked\r\n", `${chunks(2_000, 1)}0\r\n\r\n`),
      ["POST /a"],
    ),
    taken(
      "a body of exactly the route's limit",
      "docs/request-limits.md",
      post("/small/a", "Connection: close\r\nContent-Length: 1024\r\n", "x".repeat(1_024)),
      ["POST /small/a"],
    ),
    refused(
      "an extension of 200 bytes at each of a thousand chunks",
      "CVE-2023-39326",
      post(
        "/a",
        "Transfer-Encoding: chunked\r\n",
        `${`1;${"e".repeat(200)}\r\nx\r\n`.repeat(1_000)}0\r\n\r\n`,
      ),
      400,
      { origin: ["POST /a, cut"], originSeesNot: /;e/ },
    ),
    {
      name: "too large: a trailer of 100 KB breaks the request, and gets to no origin",
      source: "CVE-2024-24549 and others, trailers without limits",
      sends:
        post(
          "/a",
          "Transfer-Encoding: chunked\r\n",
          `1\r\nx\r\n0\r\nX-Trailer: ${"t".repeat(100_000)}\r\n\r\n`,
        ) + get("/next"),
      gets: [400],
      originSeesNot: /x-trailer/i,
      origin: ["POST /a, cut"],
    },
    {
      name: "large: two hundred requests in one packet, each answered in its order",
      source: "RFC 9112 §9.3.2",
      sends:
        Array.from({ length: 199 }, (_, at) => `GET /${at} HTTP/1.1\r\nHost: <host>\r\n\r\n`).join("") +
        get("/199"),
      gets: Array.from({ length: 200 }, () => 200),
      sees: /GET \/0HTTP.*GET \/1HTTP.*GET \/198HTTP.*GET \/199$/s,
      origin: Array.from({ length: 200 }, (_, at) => `GET /${at}`),
    },
  ],
};
