// Messages that are almost HTTP, over raw sockets in both directions: request lines, framing and status lines that no
// library would send (any-bytes.test.ts has the field values). Whatever comes, the edge has no bug, throws nothing that
// nobody catches, and answers the next client. Every run asks the same; what fails is printed with its seed.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { type RawAnswer, rawGet, sendRaw, sendRawAndHangUp } from "../support/raw-client.ts";
import { useRawOrigin } from "../support/raw-origin.ts";

const edge = useEdge();
const origin = useRawOrigin();
const HOST = "almost.test";
const PLAIN_ANSWER = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

beforeAll(() =>
  edge.site({
    hosts: [HOST],
    trustedProxies: ["127.0.0.1"],
    pools: {
      web: {
        origins: [{ id: "a", url: origin.url }],
        retry: { attempts: 2 },
        timeout: { firstByte: "1s", total: "2s" },
      },
      patient: { origins: [{ id: "a", url: `${origin.url}/base` }], retry: { attempts: 1 } },
    },
    routes: [
      { id: "own", match: { path: "/own/*" }, respond: { body: "hello" } },
      { id: "moved", match: { path: "/moved/*" }, redirect: { to: "/off/*" } },
      { id: "off", match: { path: "/off/*" }, cache: "off", to: "web" },
      { id: "sliced", match: { path: "/sliced/*" }, cache: { slice: "64KiB" }, to: "web" },
      {
        id: "rewritten",
        match: { path: "/dav/*" },
        rewrite: { path: "/files/*", query: { remove: ["q"] } },
        cache: { ttl: "1h" },
        to: "patient",
      },
      { id: "rest", cache: { ttl: "1h", staleWhileRevalidate: "1d" }, to: "patient" },
    ],
    security: "strict",
    serverTiming: true,
  }),
);

const settings = { seed: 20_261_128, numRuns: 300, interruptAfterTimeLimit: 25_000 };

const LENGTHS = [
  "0",
  "2",
  "2, 2",
  "2,3",
  "02",
  "-1",
  "+2",
  "0x2",
  "2 2",
  "",
  " ",
  "9007199254740993",
  "1e3",
  "٢",
  "NaN",
];
const CODINGS = [
  "chunked",
  "CHUNKED",
  "gzip, chunked",
  "chunked, gzip",
  "chunked, chunked",
  "identity",
  "",
  "\x0bchunked",
  "xchunked",
];
const BODIES = [
  "",
  "ok",
  "2\r\nok\r\n0\r\n\r\n",
  "0\r\n\r\n",
  "2\r\nok",
  "zz\r\n",
  "2;a=\x01\r\nok\r\n0\r\nX: 1\r\n\r\n",
  "GET / HTTP/1.1\r\n\r\n",
];

const character = (min: number, max: number) =>
  fc.integer({ min, max }).map((code) => String.fromCharCode(code));
const byte = fc.oneof({ weight: 20, arbitrary: character(0x21, 0x7e) }, character(1, 255));
const anyBytes = (maxLength: number) => fc.string({ unit: byte, maxLength });
const word = (...words: string[]) =>
  fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...words) }, anyBytes(12));
const line = (name: string, value: fc.Arbitrary<string>) =>
  value.map((text) => `${name}: ${text.replaceAll(/[\r\n]/g, "")}\r\n`);
const framing = [line("Content-Length", word(...LENGTHS)), line("Transfer-Encoding", word(...CODINGS))];
/** Of an answer the runtime hides an empty one, and reads to the end of the connection whatever Content-Length says. */
const isEmptyCoding = (text: string) => /^Transfer-Encoding:\s*$/m.test(text);

const noField = fc.constantFrom(
  "X-A : 1\r\n",
  " folded\r\n",
  ": none\r\n",
  "no colon\r\n",
  "X-(: 1\r\n",
  "\r\n",
);

const requestLine = fc.oneof(
  ...framing.map((arbitrary) => ({ weight: 3, arbitrary })),
  line("Host", word(HOST, `${HOST}:80`, "b.test", `${HOST}/x`, `${HOST}, ${HOST}`, "[::1", "@", "")),
  line("Connection", word("close, x", "upgrade", "keep-alive", "transfer-encoding", "host", ",,(")),
  line("Upgrade", word("websocket", "h2c", "websocket, h2c", "")),
  line("Expect", word("100-continue", "200-ok")),
  line("Range", word("bytes=0-1", "bytes=0-1,3-4", "bytes=99999999999999999999-", "bytes=-0", "lines=1-2")),
  line("If-Range", word('"a"', 'W/"a"', "yesterday")),
  line("If-None-Match", word("*", '"a"', "a,,")),
  line("If-Modified-Since", word("Thu, 01 Jan 1970 00:00:00 GMT", "x", "Thu, 99 Jan 1e9")),
  line("Cache-Control", word("no-cache", "max-age=-1", "max-age=1e99", "only-if-cached", "min-fresh=x")),
  line("Max-Forwards", word("0", "1", "99999999999", "-1")),
  line("X-Forwarded-For", word("1.2.3.4, 127.0.0.1", "unknown", "[::1]:99999", "1.2.3.4, ,")),
  line("X-Forwarded-Proto", word("https", "wss", "https, http", "gopher")),
  line("X-Forwarded-Host", word("c.test", "c.test:99999", "c.test/x")),
  line("Forwarded", word('for="[::1]";proto=https', 'for=1.2.3.4;host="a\\"', "=;,=")),
  line("CDN-Loop", word('headgate;site="x"', 'headgate;site="almost.test', ",")),
  line(
    "Destination",
    word(`http://${HOST}/x`, "/dav/y?", "http://", "http://[::1", "//", `http://${HOST}/%`),
  ),
  line("If", word(`<http://${HOST}/x> (<urn:a> ["e"])`, "<", "(", "<http://[> (Not <a>)")),
  line("Cookie", word("a=1; b=2", ";;=", 'a="')),
  line("Accept-Language", word("de", "*;q=0", "a-,")),
  line("TE", word("trailers", "gzip")),
  line("Content-Type", word("text/plain", "multipart/form-data; boundary=", "/")),
  noField,
);

const request = fc
  .record({
    method: word(
      "GET",
      "HEAD",
      "POST",
      "PUT",
      "DELETE",
      "OPTIONS",
      "QUERY",
      "MOVE",
      "LOCK",
      "TRACE",
      "get",
      "BREW",
    ),
    path: word(
      "/",
      "/off/",
      "/own/",
      "/moved/a",
      "/sliced/a",
      "/dav/a/b",
      "/a?",
      "/a?b#c",
      "*",
      "a.test:80",
      "//",
      "/%",
      "/%ff",
      "/..%2f",
    ),
    absolute: fc.constantFrom("", "", "", `http://${HOST}`, "http://other.test", "https://u@x:1", "http:"),
    query: fc.oneof(
      fc.constant(""),
      fc.string({ unit: character(0x21, 0x7e), maxLength: 8 }).map((text) => `?${text}`),
    ),
    version: fc.oneof(
      { weight: 20, arbitrary: fc.constant("HTTP/1.1") },
      fc.constantFrom("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP"),
    ),
    lines: fc.array(requestLine, { maxLength: 5 }),
    body: fc.constantFrom(...BODIES),
  })
  // CONNECT never gets to the Worker, and the runtime prints that it refuses one.
  .filter(({ method }) => method.toUpperCase() !== "CONNECT")
  .map(
    ({ method, path, absolute, query, version, lines, body }) =>
      `${method} ${absolute}${path}${query} ${version}\r\nHost: ${HOST}\r\nConnection: close\r\n${lines.join("")}\r\n${body}`,
  );

const answerLine = fc.oneof(
  { weight: 4, arbitrary: framing[0] as fc.Arbitrary<string> },
  { weight: 4, arbitrary: (framing[1] as fc.Arbitrary<string>).filter((text) => !isEmptyCoding(text)) },
  line("Connection", word("keep-alive", "x-a", "content-length", "upgrade")),
  line("Upgrade", word("websocket", "h2c")),
  line("Age", word("0", "-1", "99999999999999999999999", "1, 2", "1e9", "x")),
  line("Date", word("Thu, 01 Jan 1970 00:00:00 GMT", "0", "Thu, 99 Foo 0000", "")),
  line("Expires", word("0", "-1", "Thu, 01 Jan 9999 00:00:00 GMT")),
  line("Last-Modified", word("Thu, 01 Jan 1970 00:00:00 GMT", "never")),
  line("ETag", word('"a"', 'W/"a"', "a", '"', "*")),
  line(
    "Cache-Control",
    word(
      "max-age=60",
      "max-age=99999999999999999999",
      "s-maxage=-1",
      'private="',
      "no-cache=,",
      "stale-if-error=x",
    ),
  ),
  line("CDN-Cache-Control", word("max-age=60", "max-age=x", "((", "max-age=99999999999999999")),
  line("Headgate-Cache-Control", word("max-age=60", "=")),
  line("Vary", word("*", "x", "a b", '"x"', "(none)", ",", "é", "accept-encoding, accept-language, cookie")),
  line(
    "Content-Range",
    word("bytes 0-1/2", "bytes 0-1/*", "bytes */2", "bytes 1-0/2", "bytes 0-65535/99999999999999"),
  ),
  line("Content-Encoding", word("gzip", "br", "x", "identity, ")),
  line("Content-Type", word("text/plain", "/", "multipart/byteranges; boundary=")),
  line("Content-Location", word("/", "//", "http://[", "http://almost.test:99999/")),
  line("Location", word("/", "//evil", "http://[", "http:", origin.constructor.name, "%")),
  line("Set-Cookie", word("a=1", "a=1; Domain=; Path=", ";", "=; Domain=127.0.0.1")),
  line("Retry-After", word("1", "x")),
  line("Trailer", word("x", "content-length")),
  line("No-Vary-Search", word("params", 'params=("', "((")),
  line("Via", word("1.1 x", "")),
  noField,
);

const answer = fc
  .record({
    version: fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2", "ICY"),
    status: word(
      "200",
      "200",
      "200",
      "206",
      "204",
      "205",
      "304",
      "301",
      "404",
      "416",
      "500",
      "503",
      "100",
      "101",
      "199",
      "600",
      "999",
      "2",
      "-200",
    ),
    reason: word(" OK", " Gone\tfishing", " \xe5\xe4\xf6", "", " ", " a\x7fb", " \xff\xfe"),
    lines: fc.array(answerLine, { maxLength: 6 }),
    body: fc.constantFrom(...BODIES),
  })
  .map(
    ({ version, status, reason, lines, body }) =>
      `${version} ${status}${reason.replaceAll(/[\r\n]/g, "")}\r\nConnection: close\r\n${lines.join("")}\r\n${body}`,
  );

/** What the edge has printed, and warned of, before the case at hand. */
let [printed, warned] = [0, 0];

/** Nothing was thrown that nobody caught, and the next client gets its answer. */
async function isWell(): Promise<void> {
  origin.answers = () => PLAIN_ANSWER;
  const next = await sendRaw(edge.url, rawGet("/off/next", HOST));
  const { warnings } = await edge.settled();
  const news = [edge.output.slice(printed), warnings.slice(warned)];
  [printed, warned] = [edge.output.length, warnings.length]; // the next case is judged by what it does itself
  expect([next.status, next.body, ...news]).toEqual([200, "ok", [], []]);
}

const hasNoBug = ({ status, head, body }: RawAnswer) => {
  const isBug = status === 500 && body.includes("because of a bug");
  expect([isBug, body.includes("Internal Server Error")]).toEqual([false, false]);
  expect(head).not.toMatch(/^headgate-cache-control:/im);
  if (/^x-request-id:/im.test(head)) expect(head).toMatch(/^date: \S/im); // what the runtime itself refuses has none
};

describe("whatever almost is a request", () => {
  it("the edge answers or hangs up, and is well afterwards", async () => {
    await fc.assert(
      fc.asyncProperty(request, async (bytes) => {
        origin.answers = () => PLAIN_ANSWER;
        hasNoBug(await sendRawAndHangUp(edge.url, bytes));
        await isWell();
      }),
      settings,
    );
  }, 60_000);
});

let paths = 0;

describe("whatever almost is an origin's answer", () => {
  it("the edge relays it or says that it cannot, twice, and is well afterwards", async () => {
    const asking = fc.record({
      method: fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "PUT"),
      route: fc.constantFrom("/off/", "/sliced/", "/dav/", "/"),
      fields: fc.constantFrom(
        "",
        "Range: bytes=0-1\r\n",
        'If-None-Match: "a"\r\n',
        "Range: bytes=0-0,1-1\r\n",
      ),
    });
    await fc.assert(
      fc.asyncProperty(answer, answer, asking, async (first, second, { method, route, fields }) => {
        const target = `${route}${++paths}`;
        for (const bytes of [first, second]) {
          origin.answers = () => bytes;
          const asked = rawGet(target, HOST, fields).replace("GET", method);
          hasNoBug(await sendRawAndHangUp(edge.url, asked));
        }
        await isWell();
      }),
      settings,
    );
  }, 60_000);
});
