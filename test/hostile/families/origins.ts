// Origins that answer with what is almost HTTP, or with too much of it. What cannot be understood in one way becomes a 502, what
// breaks off is broken for the client too, and nothing of one answer gets into the next.
import { gzipSync } from "node:zlib";
import { type Answerer, type Family, get, ok, type Try } from "../try.ts";

const SPLITTING = "Klein 2004, HTTP Response Splitting";
const QUEUE = "Kettle 2021, response queue poisoning";
const NGINX = "nginx-tests proxy_duplicate_headers.t";
const EXTRA = "nginx-tests proxy_extra_data.t";
const EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

const said = (
  name: string,
  source: string,
  answers: Try["answers"] & {},
  gets: readonly number[],
  more: Partial<Try> = {},
): Try => ({
  name: `an origin answers with ${name}`,
  source,
  sends: get("/page"),
  gets,
  seesNot: /evil/,
  origin: ["GET /page"],
  answers,
  ...more,
});

/** The connection stays open, so that what is too much would be the next answer. */
const keeps =
  (text: string): Answerer =>
  (_request, socket) =>
    void socket.write(text, "latin1");

const isBadGateway = (name: string, source: string, answer: string): Try => said(name, source, answer, [502]);

/** Relayed as it is. */
const isRelayed = (
  name: string,
  source: string,
  answer: string,
  sees: RegExp,
  more: Partial<Try> = {},
): Try => said(name, source, answer, [200], { sees, ...more });

const BOMB = gzipSync(Buffer.alloc(20_000_000)).toString("latin1");

export const origins: Family = {
  title: "origins",
  // The runtime itself says what its parser of HTML has given up.
  prints: /The memory limit has been exceeded/,
  site: (url) => ({
    pools: {
      web: {
        origins: [{ id: "a", url }],
        retry: { attempts: 1 },
        timeout: { firstByte: "1s" },
        outlier: { consecutive: 100 },
      },
    },
    compress: "auto",
    routes: [
      {
        id: "edited",
        match: { path: "/edited/*" },
        edits: { originUrls: true, replace: [{ from: "a", to: "b" }], inject: { headEnd: "<!-- x -->" } },
        to: "web",
      },
      { id: "rest", cache: { ttl: "1m" }, to: "web" },
    ],
  }),
  tries: [
    isBadGateway(
      "two lengths that differ",
      NGINX,
      "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 2\r\n\r\nevil",
    ),
    isBadGateway(
      "a list of lengths that differ",
      NGINX,
      "HTTP/1.1 200 OK\r\nContent-Length: 4, 2\r\n\r\nevil",
    ),
    isBadGateway("a length that is no number", NGINX, "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nevil"),
    isBadGateway("a negative length", NGINX, "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nevil"),
    isBadGateway(
      "a length with a sign",
      "RFC 9110 §8.6",
      "HTTP/1.1 200 OK\r\nContent-Length: +4\r\n\r\nevil",
    ),
    isBadGateway(
      "an unknown transfer coding",
      NGINX,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\n\r\nevil",
    ),
    isBadGateway(
      "a coding twice",
      NGINX,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n",
    ),
    isBadGateway(
      "gzip in chunks",
      "RFC 9112 §7",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n",
    ),
    isBadGateway(
      "a coding and a blank before its colon",
      "RFC 9112 §5.1",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\nContent-Length: 14\r\n\r\n4\r\nevil\r\n0\r\n\r\n",
    ),
    isBadGateway(
      "a folded field",
      "RFC 9112 §5.2",
      "HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 4\r\n\r\nevil",
    ),
    isBadGateway(
      "a field without a colon",
      "RFC 9112 §5",
      "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 4\r\n\r\nevil",
    ),
    isBadGateway("nothing", "RFC 9112 §8", ""),
    isBadGateway("a line that is no status line", "RFC 9112 §4", "evil\r\n\r\n"),
    isBadGateway("half a head", "RFC 9112 §8", "HTTP/1.1 200 OK\r\nX-A: evil"),
    isBadGateway(
      "a status that is no number",
      "RFC 9112 §4",
      "HTTP/1.1 abc OK\r\nContent-Length: 4\r\n\r\nevil",
    ),
    isBadGateway("a negative status", "RFC 9112 §4", "HTTP/1.1 -200 OK\r\nContent-Length: 4\r\n\r\nevil"),
    isBadGateway("a status of 600", "RFC 9110 §15", "HTTP/1.1 600 OK\r\nContent-Length: 4\r\n\r\nevil"),
    isBadGateway("a status of 999", "RFC 9110 §15", "HTTP/1.1 999 OK\r\nContent-Length: 4\r\n\r\nevil"),
    isBadGateway(
      "a status of four digits",
      "RFC 9112 §4",
      "HTTP/1.1 2000 OK\r\nContent-Length: 4\r\n\r\nevil",
    ),
    isBadGateway("HTTP/2 in the text", "RFC 9112 §2.3", "HTTP/2 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
    isBadGateway("ICY in place of HTTP", "Shoutcast", "ICY 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
    isBadGateway("a page and no head", "HTTP/0.9", "<h1>evil</h1>"),
    isBadGateway("a certificate alert", "TLS on a port of HTTP", "\x15\x03\x01\x00\x02\x02\x46"),
    isBadGateway("the preface of HTTP/2", "RFC 9113 §3.4", "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80evil"),
    isBadGateway(
      "101, which nobody asked for",
      "RFC 9110 §15.2.2",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: evil\r\nConnection: upgrade\r\n\r\nevil",
    ),
    isBadGateway(
      "304 to an unconditional request",
      "RFC 9110 §15.4.5",
      'HTTP/1.1 304 Not Modified\r\nETag: "evil"\r\n\r\n',
    ),
    isBadGateway(
      "ten megabytes of fields",
      "CVE-2022-27191 and others",
      `HTTP/1.1 200 OK\r\n${`X-A: ${"a".repeat(1_000)}\r\n`.repeat(10_000)}Content-Length: 4\r\n\r\nevil`,
    ),
    isBadGateway(
      "one field of ten megabytes",
      "CVE-2018-1000115 and others",
      `HTTP/1.1 200 OK\r\nX-A: ${"a".repeat(10_000_000)}\r\nContent-Length: 4\r\n\r\nevil`,
    ),
    said(
      "an error and two lengths, which is the gateway's error",
      NGINX,
      "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nContent-Length: 2\r\n\r\nevil",
      [502],
    ),
    said(
      "more than its length says",
      EXTRA,
      keeps(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${EVIL}`),
      [200],
      { sees: /\r\n\r\nok$/ },
    ),
    said("two answers to one request", QUEUE, keeps(`${ok("", "ok")}${EVIL}`), [200], {
      sees: /\r\n\r\nok$/,
    }),
    said(
      "chunks, and another answer after them",
      "nginx-tests proxy_chunked_extra.t",
      keeps(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`),
      [200],
    ),
    said("an answer after a 204", SPLITTING, keeps(`HTTP/1.1 204 No Content\r\n\r\n${EVIL}`), [204]),
    said(
      "a 204 that has a length and a body",
      "RFC 9110 §15.3.5",
      keeps("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil"),
      [204],
    ),
    said(
      "a 205 that has a body",
      "RFC 9110 §15.3.6",
      "HTTP/1.1 205 Reset Content\r\nContent-Length: 4\r\n\r\nevil",
      [205],
      { seesNot: /nothing here/ },
    ),
    said(
      "a body to a HEAD",
      EXTRA,
      keeps(`HTTP/1.1 200 OK\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}`),
      [200],
      {
        sends: get("/page").replace("GET", "HEAD"),
        origin: ["HEAD /page"],
      },
    ),
    said("less than its length says", EXTRA, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", [], {
      rest: /\r\n\r\nhalf$/,
    }),
    said(
      "a chunk that breaks off",
      EXTRA,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf",
      [],
      { rest: /half/ },
    ),
    said(
      "chunks without the last one",
      EXTRA,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
      [],
      { rest: /half/ },
    ),
    said(
      "a chunk of a size that is no number",
      "varnish f00001.vtc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nevil\r\n0\r\n\r\n",
      [],
      { rest: /^HTTP\/1\.1 200/ },
    ),
    said(
      "a chunk of more than 64 bits",
      "varnish f00001.vtc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000004\r\nevil\r\n0\r\n\r\n",
      [],
      { rest: /^HTTP\/1\.1 200/ },
    ),
    isRelayed(
      "both a length and chunks, of which the chunks count",
      NGINX,
      "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      /\r\n\r\n(?:2\r\n)?ok/,
      { seesNot: /content-length: 99/i },
    ),
    isRelayed(
      "the same length twice",
      "RFC 9110 §8.6",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
      /^content-length: 2\r$/im,
    ),
    isRelayed(
      "a trailer with a cookie and a length",
      "RFC 9110 §6.5.1",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Set-Cookie\r\n\r\n2\r\nok\r\n0\r\nSet-Cookie: evil=1\r\nContent-Length: 99\r\n\r\n",
      /ok/,
    ),
    isRelayed(
      "an extension at a chunk",
      "RFC 9112 §7.1.1",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;evil=1\r\nok\r\n0\r\n\r\n",
      /ok/,
    ),
    isRelayed(
      "five hundred interim answers before the real one",
      "CVE-2023-26964 and others",
      `${"HTTP/1.1 103 Early Hints\r\nLink: </evil>\r\n\r\n".repeat(500)}${ok("", "ok")}`,
      /\r\n\r\nok$/,
    ),
    isRelayed("HTTP/1.0 and no length", "RFC 9112 §6.3", "HTTP/1.0 200 OK\r\n\r\nok", /ok/),
    isRelayed(
      "a reason phrase of bytes beyond ASCII and a tab",
      "RFC 9112 §4",
      "HTTP/1.1 200 \xff\xfe\tOK\r\nContent-Length: 2\r\n\r\nok",
      /\r\n\r\nok$/,
    ),
    isRelayed(
      "no reason phrase and no blank for it",
      "RFC 9112 §4",
      "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
      /\r\n\r\nok$/,
    ),
    isRelayed(
      "a head whose lines end in LF",
      "RFC 9112 §2.2",
      "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
      /\r\n\r\nok$/,
    ),
    isRelayed(
      "206, which nobody asked for, and it is not kept as the page",
      "RFC 9110 §15.3.7",
      ok("Content-Range: bytes 0-1/4\r\n", "ok").replace("200 OK", "206 Partial Content"),
      /ok/,
      { gets: [206] },
    ),
    isRelayed(
      "Connection naming what guards its answer",
      "RFC 9110 §7.6.1",
      ok(
        "Connection: close, Cache-Control, Set-Cookie, Content-Security-Policy\r\nCache-Control: private\r\nContent-Security-Policy: default-src 'none'\r\n",
        "ok",
      ),
      /^content-security-policy: default-src 'none'\r\n(?:.*\r\n)*|cache-control: private/im,
      { sees: /cache-control: private/i },
    ),
    isRelayed(
      "a word for the edge alone",
      "RFC 9213",
      ok("Headgate-Cache-Control: max-age=60, evil\r\n", "ok"),
      /\r\n\r\nok$/,
    ),
    isRelayed(
      "Strict-Transport-Security over http",
      "RFC 6797 §7.2",
      ok("Strict-Transport-Security: max-age=1; evil\r\n", "ok"),
      /\r\n\r\nok$/,
    ),
    isRelayed(
      "a Vary of thirty thousand names",
      "Vary explosion",
      ok(`Vary: ${"a,".repeat(15_000)}b\r\n`, "ok"),
      /\r\n\r\nok$/,
    ),
    isRelayed(
      "an Age that is negative, and a Date of the year 0",
      "RFC 9111 §5.1",
      ok(
        "Age: -99999999999999999999\r\nDate: Thu, 01 Jan 0000 00:00:00 GMT\r\nCache-Control: max-age=99999999999999999999\r\n",
        "ok",
      ),
      /\r\n\r\nok$/,
    ),
    isRelayed(
      "an entity tag of thirty kilobytes",
      "RFC 9110 §8.8.3",
      ok(`ETag: "${"x".repeat(30_000)}"\r\n`, "ok"),
      /\r\n\r\nok$/,
    ),
    isRelayed("a thousand cookies", "CWE-770", ok("Set-Cookie: a=1\r\n".repeat(1_000), "ok"), /\r\n\r\nok$/),
    isRelayed(
      "a hundred content codings",
      "CVE-2022-32206, curl",
      ok(`Content-Encoding: ${"gzip, ".repeat(99)}gzip\r\nContent-Type: text/html\r\n`, "ok"),
      /\r\n\r\nok$/,
    ),
    isRelayed(
      "20 MB of zeros in 20 KB of gzip, on a route that edits: they are not inflated",
      "decompression bomb, CWE-409",
      ok("Content-Encoding: gzip\r\nContent-Type: text/html\r\n", BOMB),
      /^content-length: (?:19|20)\d{3}\r$/im,
      {
        sends: get("/edited/bomb", "Accept-Encoding: gzip\r\n"),
        origin: ["GET /edited/bomb"],
      },
    ),
    isRelayed(
      "gzip that is none, on a route that edits",
      "CWE-409",
      ok("Content-Encoding: gzip\r\nContent-Type: text/html\r\n", "not gzip"),
      /not gzip$/,
      {
        sends: get("/edited/broken", "Accept-Encoding: gzip\r\n"),
        origin: ["GET /edited/broken"],
      },
    ),
    // The platform's parser keeps every open element, up to some ten thousand. The client sees that the page is broken off.
    said(
      "fifty thousand elements that are never closed, on a route that edits",
      "CVE-2012-2098 and others, parsers",
      ok("Connection: close\r\nContent-Type: text/html\r\n", `<html>${"<b>".repeat(50_000)}`),
      [],
      {
        sends: get("/edited/tags"),
        origin: ["GET /edited/tags"],
        rest: /^HTTP\/1\.1 200 OK\r\n/,
        withinMs: 3_000,
      },
    ),
    isRelayed(
      "fifty thousand elements that are closed, on a route that edits",
      "CVE-2012-2098 and others, parsers",
      ok("Connection: close\r\nContent-Type: text/html\r\n", `<html>${"<b></b>".repeat(50_000)}`),
      /<b><\/b>/,
      {
        sends: get("/edited/closed"),
        origin: ["GET /edited/closed"],
        withinMs: 3_000,
      },
    ),
  ],
};
