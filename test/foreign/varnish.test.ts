// What varnishtest (github.com/varnishcache/varnish-cache, bin/varnishtest/tests) holds and any shared cache must.
import { expect } from "vitest";
import { foreign } from "../support/foreign.ts";
import { aGate } from "../support/gate.ts";
import { after, ask, BROKEN, cc, fromNow, get, sinceNoon } from "../support/rows.ts";
import { field } from "../support/wire.ts";

const { edge, origin, wire, holds, site, wired, rawly, converse } = foreign("varnish");

const LAST_YEAR = sinceNoon(-31_536_000);
const HUNDRED = "0123456789".repeat(10);

// Bodies and their ends.

holds("b00011.vtc", "an HTTP/1.0 response that ends with its connection arrives whole", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nline 1\nline 2\n");
  const answer = await rawly(host);
  expect([answer.status, field(answer.head, "content-length")]).toEqual([200, null]);
  expect(answer.body).toContain("line 1\nline 2\n");
});

holds(
  "r00733.vtc",
  "an HTTP/1.1 response without any length ends with its connection, and is stored",
  async () => {
    const client = await wired();
    wire.answers("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\n12345");
    expect((await client.get("/page")).text).toBe("12345");
    await edge.settled();
    expect((await client.get("/page")).text).toBe("12345");
    expect(wire.seen).toHaveLength(1);
  },
);

holds("r01612.vtc", "an empty chunked response has an end, also where the cache is off", async () => {
  const client = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  const answer = await client.get("/page");
  expect([answer.status, answer.text]).toEqual([200, ""]);
});

holds(
  "r00387.vtc",
  "a chunk of an impossible size breaks the transfer, and nothing of it is stored",
  async () => {
    const client = await wired();
    wire.answersInTurn(
      "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n1000000000000000000001\r\n@\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    );
    const first = await client.get("/page").catch(() => undefined);
    expect([undefined, 502]).toContain(first?.status);
    await edge.settled();
    expect((await client.get("/page")).text).toBe("ok");
  },
);

holds("r03560.vtc", "a body shorter than its Content-Length is a broken transfer for the client", {
  given: [{ headers: { "cache-control": "max-age=60" }, dies: "body" }, cc("max-age=60")],
  when: [get(), get(), get()],
  expect: [BROKEN, "2", "2"],
  asked: 2,
});

holds("r01761.vtc", "bytes after a 204 are no body of it and no answer to the next request", async () => {
  const client = await wired();
  wire.answersInTurn("HTTP/1.1 204 No Content\r\n\r\nHiHo", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const answer = await rawly(client.host);
  expect([204, 502]).toContain(answer.status);
  expect(answer.body).not.toContain("HiHo");
  expect((await client.get("/next")).text).toBe("ok");
});

holds("r01826.vtc", "a 204 goes out without Content-Length", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
  const answer = await rawly(host);
  expect([
    answer.status,
    field(answer.head, "content-length"),
    field(answer.head, "transfer-encoding"),
  ]).toEqual([204, null, null]);
});

holds("b00027.vtc", "a response in an unknown transfer coding is no success", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: foobar\r\n\r\nxyz");
  const answer = await rawly(host);
  expect(answer.status).toBe(502);
});

holds("r01729.vtc", "of two framings of a response no client sees both", async () => {
  const { host } = await wired();
  wire.answers(
    "HTTP/1.1 200 OK\r\nContent-Length: 31\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  );
  const answer = await rawly(host);
  if (answer.status !== 502) {
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("hello");
    const both = [field(answer.head, "content-length"), field(answer.head, "transfer-encoding")];
    expect(both).not.toEqual(["31", "chunked"]);
    expect(both[0]).not.toBe("31");
  }
});

holds("r00506.vtc", "a status of four digits is a bad gateway", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 1000\r\n\r\nFoo");
  expect((await rawly(host)).status).toBe(502);
});

holds("r00549.vtc", "a control character in the reason phrase never becomes one in the answer", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 200 OK\x0b\r\nContent-Length: 4\r\n\r\nTest");
  const answer = await rawly(host);
  expect([200, 502]).toContain(answer.status);
  expect(answer.head).not.toContain("\x0b");
});

holds(
  "r01598.vtc",
  "a response line without a colon is a bad gateway, and the next request is fine",
  async () => {
    const { host } = await wired();
    wire.answersInTurn(
      'HTTP/1.1 200 OK\r\nETag: "tag"\r\nfoo\r\nContent-Length: 0\r\n\r\n',
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    );
    expect((await rawly(host)).status).toBe(502);
    expect((await rawly(host)).status).toBe(200);
  },
);

holds("r03266.vtc", "a connection whose end was the body's end is not used again", async () => {
  const client = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\n\r\nfoobar");
  expect((await client.get("/1")).text).toBe("foobar");
  expect((await client.get("/2")).text).toBe("foobar");
  expect(wire.connections).toBe(2);
});

// Connections of clients.

holds("b00012.vtc", "pipelined requests are answered in their order", async () => {
  const { host } = await wired();
  wire.answers((request, socket) => {
    const body = request.startsWith("GET /foo") ? "foo" : "foobar";
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  const client = converse();
  const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  await client.say(one("/foo") + one("/bar") + one("/foo"));
  const bodies = [await client.hear(), await client.hear(), await client.hear()].map(({ body }) => body);
  expect(bodies).toEqual(["foo", "foobar", "foo"]);
  client.hangUp();
});

holds("b00013.vtc", "a request that comes in pieces is one request", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nfoo");
  const client = converse();
  await client.say(`GET /foo HTTP/1.1\r\nHost: ${host}\r\n\r\nGET `);
  expect((await client.hear()).body).toBe("foo");
  await client.say("/bar HTTP/1.1\r\nHo");
  await client.say(`st: ${host}\r\n\r\n`);
  expect((await client.hear()).body).toBe("foo");
  expect(wire.lines).toEqual(["GET /foo", "GET /bar"]);
  client.hangUp();
});

holds("r00262.vtc", "an empty line before a request line is skipped", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const client = converse();
  await client.say(`GET /1 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await client.hear();
  await client.say(`\r\nGET /2 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  expect((await client.hear()).status).toBe(200);
  client.hangUp();
});

holds("b00037.vtc", "two Host fields are refused", async () => {
  const { host } = await wired();
  expect((await rawly(host, "/page", `Host: other.test\r\n`)).status).toBe(400);
  expect(wire.seen).toEqual([]);
});

holds(
  "b00037.vtc",
  "two Content-Length fields that agree are refused or reach the origin as one",
  async () => {
    const { host } = await wired();
    wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const client = converse();
    const head = `POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n`;
    await client.say(`${head}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`);
    const { status } = await client.hear();
    expect([200, 400]).toContain(status);
    if (status === 200) expect(field(wire.last, "content-length")).toBe("5");
    else expect(wire.seen).toEqual([]);
  },
);

holds("b00040.vtc", "no origin sees a request with a malformed field line", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  for (const line of [
    ` Host: ${host}`,
    `Host: ${host}\r\n\rX-A: 1`,
    `Host: ${host}\r\nX-A: a\x00b`,
    `Host: ${host}\r\nX-A: a\rb`,
    `Host: ${host}\r\n: a`,
  ]) {
    const client = converse();
    await client.say(`GET /page HTTP/1.1\r\n${line}\r\nConnection: close\r\n\r\n`);
    expect((await client.hear()).status, line).toBe(400);
    client.hangUp();
  }
  expect(wire.seen).toEqual([]);
});

holds(
  "c00018.vtc",
  "Expect: 100-continue is answered before the body, and the origin gets the body whole",
  async () => {
    const { host } = await wired();
    wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n`,
    );
    expect((await client.hear()).status).toBe(100);
    await client.say("hello");
    expect((await client.hear()).status).toBe(200);
    expect(wire.last).toMatch(/\r\n\r\nhello$/);
  },
);

holds("r01783.vtc", "a POST without a body reaches the origin without one", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const client = converse();
  await client.say(`POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect((await client.hear()).status).toBe(200);
  expect([field(wire.last, "content-length"), field(wire.last, "transfer-encoding")]).toEqual(["0", null]);
});

// Fields of one connection.

holds("b00080.vtc", "Keep-Alive concerns one connection, in both directions", async () => {
  const { host } = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=9\r\nContent-Length: 0\r\n\r\n");
  const answer = await rawly(host, "/page", "Keep-Alive: 300\r\n");
  expect(field(answer.head, "keep-alive")).toBeNull();
  expect(field(wire.last, "keep-alive")).toBeNull();
});

holds("c00016.vtc", "what Connection names goes no further, in both directions and in any case", async () => {
  const { host } = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\nBar: x\r\nBaz: y\r\nConnection: bAR, close\r\nContent-Length: 0\r\n\r\n");
  const answer = await rawly(host, "/page", "Foo: 1\r\nFoo: 2\r\nFood: 3\r\nConnection: FOO\r\n");
  expect([field(answer.head, "bar"), field(answer.head, "baz")]).toEqual([null, "y"]);
  expect([field(wire.last, "foo"), field(wire.last, "food")]).toEqual([null, "3"]);
});

holds("r01768.vtc", "a field with an underscore and one with a hyphen are two fields", async () => {
  const { host } = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  await rawly(host, "/page", "color_name: 1\r\ncolor-name: 2\r\n");
  expect([field(wire.last, "color_name"), field(wire.last, "color-name")]).toEqual(["1", "2"]);
});

// HEAD.

holds("b00065.vtc", "a HEAD that the cache does not answer keeps the Content-Length of its origin", {
  cache: "off",
  given: [{ body: "sixsix", headers: { "content-length": "6" } }],
  when: [ask("HEAD")],
  expect: [{ status: 200, body: "", headers: { "content-length": "6" } }],
  asked: [{ method: "HEAD" }],
});

holds("r04245.vtc", "what a HEAD brought is never the body of a GET", {
  given: [cc("max-age=60"), cc("max-age=60", {})],
  when: [ask("HEAD"), get(), ask("HEAD")],
  expect: [{ status: 200, body: "" }, { body: "2" }, { status: 200, body: "" }],
  asked: 2,
});

// Freshness.

holds("b00066.vtc", "s-maxage beats max-age, and max-age beats Expires", {
  given: [cc("max-age=1, s-maxage=100"), cc("max-age=100", { expires: fromNow(1) }), cc("no-store")],
  when: [get(), after(50), get(), after(51), get(), after(50), get(), after(51), get()],
  expect: ["1", "1", "2", "2", "3"],
  asked: 3,
});

holds("r01578.vtc", "an Age that came with the response has used up that much of its max-age", {
  given: [cc("max-age=23", { age: "4" })],
  when: [get(), after(18), get(), after(2), get()],
  expect: [{ body: "1", headers: { age: "4" } }, { body: "1", headers: { age: "22" } }, { body: "2" }],
  asked: 2,
});

holds("r01955.vtc", "a response that was stale on arrival goes out with one Age", {
  given: [cc("max-age=1", { age: "2" })],
  when: [get()],
  expect: [{ body: "1", headers: { age: /^age: 2$/ } }],
  asked: 1,
});

holds("r03221.vtc", "the Age of a cache further back passes where this one is off", {
  cache: "off",
  given: [cc("max-age=2", { age: "1" })],
  when: [get()],
  expect: [{ body: "1", headers: { age: "1" } }],
  asked: 1,
});

holds("r00984.vtc", "errors without a lifetime are not stored, with or without a Last-Modified", {
  given: [
    { status: 500, headers: { "last-modified": LAST_YEAR } },
    { status: 503, headers: { "last-modified": LAST_YEAR } },
    { status: 502 },
    { status: 403, headers: { "last-modified": LAST_YEAR } },
    cc("max-age=60"),
  ],
  when: [get(), get(), get(), get(), get(), get()],
  expect: [{ status: 500 }, { status: 503 }, { status: 502 }, { status: 403 }, "5", "5"],
  asked: 5,
});

holds("b00035.vtc", "what may be used stale is not given up for an answer that may not be stored", {
  cache: { staleIfError: "1h" },
  given: [cc("max-age=1"), { status: 503, headers: { "cache-control": "no-store" } }],
  when: [get(), after(5), get(), get()],
  expect: ["1", "1", "1"],
  asked: 3,
});

// Validation.

holds("b00039.vtc", "a stale page is asked about with its Last-Modified, and a 304 renews it", {
  given: [
    cc("max-age=10", { "last-modified": LAST_YEAR, "x-a": "1" }),
    { status: 304, headers: { "cache-control": "max-age=10", "x-a": "2" } },
  ],
  when: [get(), after(11), get(), get()],
  expect: ["1", { body: "1", headers: { "x-a": "2" } }, { body: "1", headers: { "x-a": "2" } }],
  asked: [
    { "if-modified-since": null },
    { "if-modified-since": new Date(Date.UTC(2098, 10, 24, 12)).toUTCString() },
  ],
});

holds("b00082.vtc", "a 304 with Content-Length: 0 leaves the stored body its length", {
  given: [
    cc("max-age=10", { etag: '"foo"' }),
    { status: 304, headers: { etag: '"foo"', "content-length": "0", "cache-control": "max-age=10" } },
  ],
  when: [get(), after(11), get(), get()],
  expect: [
    "1",
    { body: "1", headers: { "content-length": "1" } },
    { body: "1", headers: { "content-length": "1" } },
  ],
  asked: 2,
});

holds("r01879.vtc", "a 304 replaces the lines of a field as a whole", {
  given: [
    cc("max-age=10", { etag: '"foo"', "x-foo": ["a", "b"] }),
    { status: 304, headers: { etag: '"foo"', "x-foo": ["c", "d"], "cache-control": "max-age=10" } },
    { status: 304, headers: { etag: '"foo"', "cache-control": "max-age=10" } },
  ],
  when: [get(), after(11), get(), after(11), get()],
  expect: [
    { body: "1", headers: { "x-foo": "a, b" } },
    { body: "1", headers: { "x-foo": "c, d" } },
    { body: "1", headers: { "x-foo": "c, d" } },
  ],
  asked: 3,
});

holds("r03169.vtc", "a 304 does not give the stored bytes another encoding", {
  given: [
    cc("max-age=10", { etag: '"foo"' }),
    { status: 304, headers: { etag: '"foo"', "content-encoding": "gzip", "cache-control": "max-age=10" } },
  ],
  when: [get({ "accept-encoding": "gzip" }), after(11), get({ "accept-encoding": "gzip" })],
  expect: ["1", { body: "1", headers: { "content-encoding": null } }],
  asked: 2,
});

holds("r01672.vtc", "a stored error is not asked about, so that no 304 revives it", {
  given: [
    { status: 404, headers: { "cache-control": "max-age=10", etag: '"gone"' }, body: "gone" },
    cc("max-age=10"),
  ],
  when: [get(), after(11), get()],
  expect: [{ status: 404 }, "2"],
  asked: [{ "if-none-match": null }, { "if-none-match": null }],
});

holds("r01672.vtc", "a 304 that nobody asked for never reaches a client", {
  given: [{ status: 304, headers: { etag: '"x"' } }],
  when: [get()],
  expect: [{ status: 502 }],
  asked: 1,
});

holds(
  "r00803.vtc",
  "a 304 to the client's own condition passes, and its Content-Length announces no body",
  async () => {
    const { host } = await wired("off");
    wire.answers('HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 100\r\n\r\n');
    const answer = await rawly(host, "/page", 'If-None-Match: "a"\r\n');
    expect([answer.status, answer.body]).toEqual([304, ""]);
  },
);

holds("r02042.vtc", "of what is not stored the client's condition is the origin's to judge", {
  given: [cc("no-store", { etag: '"a"' }), { status: 304, headers: { etag: '"a"' } }],
  when: [get(), get({ "if-none-match": '"a"' })],
  expect: ["1", { status: 304, body: "" }],
  asked: [{ "if-none-match": null }, { "if-none-match": '"a"' }],
});

// Vary.

holds("r01275.vtc", "a Vary that is no list of names passes, and is not stored", {
  given: [cc("max-age=60", { vary: "foo bar" })],
  when: [get(), get()],
  expect: [
    { status: 200, body: "1" },
    { status: 200, body: "2" },
  ],
  asked: 2,
});

holds("r01274.vtc", "a name of two hundred letters in Vary does no harm", {
  given: [cc("max-age=60", { vary: "x".repeat(200) })],
  when: [get(), get(), get({ ["x".repeat(200)]: "1" })],
  expect: ["1", "1", "2"],
  asked: 2,
});

holds("c00004.vtc", "variants by two fields of Vary are told apart by both, and by a field's absence", {
  given: [cc("max-age=60", { vary: "Foobar, Snafu" })],
  when: [
    get({ foobar: "1", snafu: "1" }),
    get({ foobar: "1", snafu: "1" }),
    get({ foobar: "1" }),
    get({ snafu: "1" }),
  ],
  expect: ["1", "1", "2", "3"],
  asked: 3,
});

// Ranges.

const RANGES: Record<string, [string, string]> = {
  "bytes=0-49": [HUNDRED.slice(0, 50), "bytes 0-49/100"],
  "bytes=50-99": [HUNDRED.slice(50), "bytes 50-99/100"],
  "bytes=-50": [HUNDRED.slice(50), "bytes 50-99/100"],
  "bytes=50-": [HUNDRED.slice(50), "bytes 50-99/100"],
  "bytes=0-0": ["0", "bytes 0-0/100"],
  "bytes=-2000": [HUNDRED, "bytes 0-99/100"],
  "bytes=0-": [HUNDRED, "bytes 0-99/100"],
};

holds("c00034.vtc", "each form of a byte range is cut from the stored whole", {
  given: [cc("max-age=60")].map((given) => ({ ...given, body: HUNDRED })),
  when: [get(), ...Object.keys(RANGES).map((range) => get({ range }))],
  expect: [
    HUNDRED,
    ...Object.values(RANGES).map(([body, contentRange]) => ({
      status: 206,
      body,
      headers: { "content-range": contentRange, "content-length": String(body.length) },
    })),
  ],
  asked: 1,
});

holds("c00135.vtc", "nothing is a part of an empty page", {
  given: [{ headers: { "cache-control": "max-age=60" }, body: "" }],
  when: [get(), get({ range: "bytes=0-0" })],
  expect: [
    { status: 200, body: "" },
    { body: "", headers: { "content-range": /^content-range: (null|bytes \*\/0)$/ } },
  ],
  asked: 1,
});

holds("c00100.vtc", "If-Range holds with the stored tag or the stored date, and with nothing else", {
  given: [
    { headers: { "cache-control": "max-age=60", etag: '"foo"', "last-modified": LAST_YEAR }, body: HUNDRED },
  ],
  when: [
    get(),
    get({ "if-range": '"foo"' }),
    get({ "if-range": '"fooled"', range: "bytes=5-9" }),
    get({ "if-range": '"foo"', range: "bytes=5-9" }),
    get({ "if-range": sinceNoon(-31_536_060), range: "bytes=5-9" }),
    get({ "if-range": sinceNoon(-31_535_940), range: "bytes=5-9" }),
    get({ "if-range": LAST_YEAR, range: "bytes=5-9" }),
  ],
  expect: [
    { status: 200 },
    { status: 200 },
    { status: 200 },
    { status: 206, body: "56789" },
    { status: 200 },
    { status: 200 },
    { status: 206, body: "56789" },
  ],
  asked: 1,
});

holds("r00789.vtc", "a part that passes keeps its Content-Range", {
  cache: "off",
  given: [{ status: 206, headers: { "content-range": "bytes 1-1/20" }, body: "F" }],
  when: [get({ range: "bytes=1-1" })],
  expect: [{ status: 206, body: "F", headers: { "content-range": "bytes 1-1/20" } }],
  asked: [{ range: "bytes=1-1" }],
});

holds("r04276.vtc", "a Content-Range of an unknown unit passes, and is not taken for a page", {
  given: [
    { status: 206, headers: { "content-range": "fish 0-5/68", "cache-control": "max-age=60" }, body: "F" },
    cc("max-age=60"),
  ],
  when: [get({ range: "fish=0-5" }), get()],
  expect: [
    { status: 206, body: "F" },
    { status: 200, body: "2" },
  ],
  asked: 2,
});

// Waiting for the same.

holds("c00014.vtc", "who waited for what proves to be private gets an answer of its own", async () => {
  const gate = aGate();
  let count = 0;
  origin.answers(async (_request, response) => {
    const mine = ++count;
    await gate.opened;
    response.writeHead(200, { "cache-control": "private" }).end(`for ${mine}`);
  });
  const { host } = await site({ origins: [origin.url] });
  const asking = Array.from({ length: 3 }, () => edge.client(host).get("/page"));
  await edge.until("all wait", ({ inFlight }) => inFlight === 3);
  gate.open();
  const texts = (await Promise.all(asking)).map(({ text }) => text);
  expect(new Set(texts).size).toBe(3);
});

holds("c00097.vtc", "who waited gets the body while it still comes", async () => {
  const gate = aGate();
  origin.answers(async (_request, response) => {
    response.writeHead(200, { "cache-control": "max-age=60" });
    response.write("first,");
    await gate.opened;
    response.end("last");
  });
  const { host } = await site({ origins: [origin.url] });
  const first = await edge.client(host).stream("/page");
  const chunks: string[] = [];
  for await (const chunk of first.body) {
    chunks.push(String(chunk));
    gate.open(); // only now that the beginning is here
  }
  expect(chunks.join("")).toBe("first,last");
});
