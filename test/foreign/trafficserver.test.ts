// What Traffic Server's gold tests (github.com/apache/trafficserver, tests/gold_tests) hold and any shared cache must.
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect } from "vitest";
import { foreign } from "../support/foreign.ts";
import { aGate } from "../support/gate.ts";
import { afterBody } from "../support/origin.ts";
import { after, ask, cc, get, sinceNoon } from "../support/rows.ts";
import { field } from "../support/wire.ts";

const { edge, origin, wire, holds, site, wired, rawly, converse, statusOfCoding } = foreign("trafficserver");

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const LAST_YEAR = sinceNoon(-31_536_000);

// cache

holds(
  "cache/alternate-caching.test.py",
  "a variant that turned into an error leaves the other variant alone",
  {
    given: [
      cc("max-age=1", { vary: "Accept-Language", "content-language": "en" }),
      cc("max-age=100", { vary: "Accept-Language", "content-language": "es" }),
      { status: 404, headers: { vary: "Accept-Language", "cache-control": "max-age=100" } },
    ],
    when: [
      get({ "accept-language": "en" }),
      get({ "accept-language": "es" }),
      after(2),
      get({ "accept-language": "en" }),
      get({ "accept-language": "es" }),
      get({ "accept-language": "en" }),
    ],
    expect: ["1", "2", { status: 404 }, "2", { status: 404 }],
    asked: 3,
  },
);

holds("cache/cache-auth.test.py", "an answer to credentials is not stored without leave", {
  given: [cc("max-age=300")],
  when: [get({ authorization: "Basic x" }), get(), get()],
  expect: ["1", "2", "2"],
  asked: 2,
});

holds(
  "cache/cache-auth.test.py",
  "s-maxage, public and must-revalidate give leave to store an answer to credentials",
  {
    given: [cc("s-maxage=300"), cc("public, max-age=300"), cc("must-revalidate, max-age=300")],
    when: ["/1", "/1", "/2", "/2", "/3", "/3"].map((path, at) => get({ authorization: `Basic ${at}` }, path)),
    expect: ["1", "1", "2", "2", "3", "3"],
    asked: 3,
  },
);

const HEURISTIC = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];
holds(
  "cache/cache-heuristic-status.test.py",
  "a Last-Modified alone makes a status fresh that is cacheable by default",
  {
    given: HEURISTIC.map((status) => ({ status, headers: { "last-modified": LAST_YEAR } })),
    when: HEURISTIC.flatMap((status) => [get({}, `/${status}`), get({}, `/${status}`)]),
    expect: HEURISTIC.flatMap((status) => [{ status }, { status, headers: { "cache-status": /hit/ } }]),
    asked: HEURISTIC.length,
  },
);

const OTHERS = [201, 302, 303, 307, 400, 403, 500, 503];
holds("cache/cache-heuristic-status.test.py", "a Last-Modified alone makes no other status fresh", {
  given: OTHERS.flatMap((status) => [1, 2].map(() => ({ status, headers: { "last-modified": LAST_YEAR } }))),
  when: OTHERS.flatMap((status) => [get({}, `/${status}`), get({}, `/${status}`)]),
  expect: OTHERS.flatMap((status) => [{ status }, { status, headers: { "cache-status": /fwd=/ } }]),
  asked: 2 * OTHERS.length,
});

const MALFORMED = ["public; max-age=30", "max-age =300", "max-age= 300"];
holds("cache/negative-caching.test.py", "a malformed Cache-Control does not make an error fresh", {
  given: MALFORMED.flatMap((malformed) =>
    [1, 2].map(() => ({ status: 400, headers: { "cache-control": malformed } })),
  ),
  when: MALFORMED.flatMap((_, at) => [get({}, `/${at}`), get({}, `/${at}`)]),
  expect: MALFORMED.flatMap((_, at) => [String(2 * at + 1), String(2 * at + 2)]),
  asked: 2 * MALFORMED.length,
});

holds("cache/negative-caching.test.py", "an error that its origin declares fresh is stored", {
  given: [{ status: 404, headers: { "cache-control": "max-age=300" } }],
  when: [get(), get()],
  expect: [
    { status: 404, body: "1" },
    { status: 404, body: "1" },
  ],
  asked: 1,
});

holds(
  "cache/cache-range-response.test.py",
  "an origin that answers a range with the whole fills the cache for ranges and wholes",
  {
    given: [{ headers: { "cache-control": "max-age=300" }, body: "0123456789abcdef" }],
    when: [get({ range: "bytes=0-10" }), get({ range: "bytes=0-5" }), get()],
    expect: [
      {},
      { status: 206, body: "012345", headers: { "content-range": "bytes 0-5/16" } },
      "0123456789abcdef",
    ],
    asked: 1,
  },
);

holds(
  "cache/cache-request-method.test.py",
  "a POST is answered by the origin whatever is stored of the URL",
  {
    given: [cc("max-age=300"), { body: "posted" }],
    when: [get(), ask("POST", {}, { body: "x" })],
    expect: ["1", "posted"],
    asked: 2,
  },
);

holds("cache/cache-request-method.test.py", "a DELETE that succeeds forgets the page", {
  given: [cc("max-age=300"), { status: 204 }, { status: 404 }],
  when: [get(), ask("DELETE"), get()],
  expect: ["1", { status: 204 }, { status: 404 }],
  asked: 3,
});

holds(
  "cache/conditional-get-hit.test.py",
  "a conditional GET with a body is refused, and never answered as two requests",
  async () => {
    const { host } = await wired();
    wire.answers(OK);
    const client = converse();
    await client.say(
      `GET /page HTTP/1.1\r\nHost: ${host}\r\nIf-Modified-Since: Thu, 19 Nov 2099 08:49:37 GMT\r\nContent-Length: 36\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x.test\r\n`,
    );
    const { status } = await client.hear();
    expect(status).toBe(400);
    expect(wire.lines).toEqual([]);
    client.hangUp();
  },
);

holds(
  "cache/proxy_serve_stale_dns_fail.test.py",
  "must-revalidate forbids a stale page also where the origin is gone",
  {
    given: [cc("max-age=1, must-revalidate"), { dies: "connection" }],
    when: [get(), after(5), get()],
    expect: ["1", { status: 502 }],
    asked: 2,
  },
);

holds("cache/negative-revalidating.test.py", "a stale page without leave does not hide the origin's error", {
  given: [cc("max-age=1, must-revalidate"), { status: 503 }],
  when: [get(), after(5), get()],
  expect: ["1", { status: 503 }],
  asked: 2,
});

holds("cache/targeted-cache-control.test.py", "CDN-Cache-Control beats Cache-Control, also to forbid", {
  given: [
    cc("max-age=300", { "cdn-cache-control": "no-store" }),
    cc("no-store", { "cdn-cache-control": "max-age=300" }),
  ],
  when: [get(), get(), get()],
  expect: ["1", "2", "2"],
  asked: 2,
});

holds(
  "cache/background_fill.test.py",
  "a client that goes in the middle leaves no half page in the store",
  async () => {
    const gate = aGate();
    let count = 0;
    origin.answers(async (_request, response) => {
      const mine = ++count;
      response.writeHead(200, { "cache-control": "max-age=60", "content-length": 10 });
      response.write("01234");
      if (mine === 1) await gate.opened;
      response.end("56789");
    });
    const { host } = await site({ origins: [origin.url] });
    const gone = await edge.client(host).stream("/page");
    gone.body.on("error", () => {}).destroy();
    gate.open();
    expect((await edge.client(host).get("/page")).text).toBe("0123456789");
    expect((await edge.client(host).get("/page")).text).toBe("0123456789");
  },
);

// headers

holds(
  "headers/cachedDuplicateHeaders.test.py",
  "lines of one field stay as many when the page comes from the store",
  async () => {
    const { host } = await wired({ ttl: "1h" });
    wire.answers(
      "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nok",
    );
    const miss = await rawly(host);
    await edge.settled();
    const hit = await rawly(host);
    expect([field(miss.head, "x-a"), field(hit.head, "x-a")]).toEqual(["1, 2", "1, 2"]);
    expect(wire.seen).toHaveLength(1);
  },
);

holds(
  "headers/cachedIMSRange.test.py",
  "If-Modified-Since beside a Range: not modified is a 304 and no part",
  {
    given: [cc("max-age=60", { "last-modified": LAST_YEAR })],
    when: [get(), get({ "if-modified-since": LAST_YEAR, range: "bytes=0-0" })],
    expect: ["1", { status: 304, body: "" }],
    asked: 1,
  },
);

holds(
  "headers/hopbyhop_connection.test.py",
  "Connection cannot take a client's credentials or the edge's own fields off a request",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    await rawly(
      host,
      "/page",
      "Authorization: Basic x\r\nCookie: a=1\r\nConnection: authorization, cookie, x-forwarded-for, via\r\n",
    );
    expect(["authorization", "cookie", "x-forwarded-for"].map((name) => field(wire.last, name))).toEqual([
      "Basic x",
      "a=1",
      "127.0.0.1",
    ]);
    expect(field(wire.last, "via")).toContain("headgate");
  },
);

holds(
  "headers/field_name_space.test.py",
  "a response field name with a blank before its colon never reaches a client",
  async () => {
    const { host } = await wired("off");
    wire.answers("HTTP/1.1 200 OK\r\nFoo : 123\r\nFoo: 456\r\nContent-Length: 2\r\n\r\nok");
    const answer = await rawly(host);
    expect(answer.head).not.toMatch(/foo :/i);
  },
);

holds(
  "headers/good_request_after_bad.test.py",
  "after a malformed request nothing more on its connection is answered",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    for (const request of [
      `GET / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: random\r\n`,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: \x08chunked\r\n`,
      `GET / HTTP/1.1\r\nHost : ${host}\r\n`,
      `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: \\0x0\r\n`,
      `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\n`,
      `GET / HTTP/ 1.1\r\nHost: ${host}\r\n`,
    ]) {
      const client = converse();
      await client.say(`${request}\r\nGET /second HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const { status } = await client.hear();
      expect(status, request).toBeGreaterThanOrEqual(400);
      expect(status, request).toBeLessThan(502);
      await client.rest();
    }
    expect(wire.seen).toEqual([]);
  },
);

holds("headers/malformed_host_port.test.py", "a Host with more than one port is refused", async () => {
  const { host } = await wired("off");
  for (const port of [":80:80", "::80", ":8a"])
    expect((await rawly(`${host}${port}`)).status, port).toBe(400);
  expect(wire.seen).toEqual([]);
});

holds(
  "headers/oversized_field.test.py",
  "fields beyond all measure are refused, and do not end the edge",
  async () => {
    const client = await wired("off");
    wire.answers(OK);
    expect((await rawly(client.host, "/page", `X-A: ${"a".repeat(100_000)}\r\n`)).status).toBe(431);
    expect((await client.get("/page")).status).toBe(200);
  },
);

holds(
  "headers/via.test.py",
  "Via names the edge, after those that came before, in both directions",
  async () => {
    const { host } = await wired("off");
    wire.answers("HTTP/1.1 200 OK\r\nVia: 1.1 before\r\nContent-Length: 2\r\n\r\nok");
    const answer = await rawly(host, "/page", "Via: 1.0 fred\r\n");
    expect(field(wire.last, "via")).toBe("1.0 fred, 1.1 headgate");
    expect(field(answer.head, "via")).toBe("1.1 before, 1.1 headgate");
  },
);

// chunked encoding and pipelines

holds(
  "chunked_encoding/bad_chunked_encoding.test.py",
  "a request body with a malformed chunk is never whole for the origin",
  async () => {
    const { host } = await site({ origins: [origin.url], cache: "off" });
    for (const chunk of [
      "z\r\nabcwxyz",
      "3z\r\nabcwxyz",
      "1111111111111111113\r\nabcwxyz",
      "3\r\r\nabc",
      "7\rabcwxyz",
    ]) {
      const complete: boolean[] = [];
      const done = aGate();
      origin.answers((request, response) => {
        request.on("error", () => {}).resume();
        request.on("end", () => response.end("ok"));
        request.on("close", () => {
          complete.push(request.complete);
          done.open();
        });
      });
      origin.seen = [];
      const client = converse();
      await client.say(
        `POST /page HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      );
      const { status } = await client.hear();
      expect(status === 0 || status >= 400, chunk).toBe(true);
      client.hangUp();
      if (origin.seen.length > 0) await done.opened;
      expect(complete, chunk).not.toContain(true);
      expect(origin.seen.map(({ url }) => url)).not.toContain("/smuggled");
    }
  },
);

holds(
  "chunked_encoding/chunk_extension_quoted_string.test.py",
  "a chunk extension never reaches the origin, whatever its quotes hold",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n1;ext="\r\nX\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n"\r\nX\r\n0\r\n\r\n`,
    );
    const { status } = await client.hear();
    client.hangUp();
    expect(status).not.toBe(500);
    // The quotes may be read or not, but what is forwarded is framed anew: no extension of the client's reaches the origin.
    for (const seen of wire.seen) expect(seen).not.toContain("ext=");
  },
);

holds(
  "chunked_encoding/chunk_trailer_bare_lf.test.py",
  "trailers of a request are not passed on as fields",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-Admin\r\n\r\n1\r\na\r\n0\r\nX-Admin: 1\r\n\r\n`,
    );
    await client.hear();
    for (const seen of wire.seen)
      expect(field(seen.slice(0, seen.indexOf("\r\n\r\n")), "x-admin")).toBeNull();
  },
);

holds(
  "chunked_encoding/chunked_not_last.test.py",
  "a request in a transfer coding beside chunked is refused",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    for (const coding of ["chunked, gzip", "gzip, chunked"]) {
      expect([400, 501], coding).toContain(await statusOfCoding(host, coding));
    }
    expect(wire.seen).toEqual([]);
  },
);

holds(
  "pipeline/delete_maxforwards_body_desync.test.py",
  "what the edge answers itself leaves no body to be taken for a request",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const client = converse();
    await client.say(
      `OPTIONS /page HTTP/1.1\r\nHost: ${host}\r\nMax-Forwards: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    );
    expect((await client.hear()).status).toBe(204);
    await client.say(`GET /next HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    await client.rest();
    expect(wire.lines).not.toContain("GET /smuggled");
  },
);

// post

holds(
  "post/post-early-return.test.py",
  "an answer that comes before the upload is through reaches the client",
  async () => {
    origin.answers((request, response) => {
      request.resume();
      response.writeHead(420, { "content-length": 2 }).end("no");
    });
    const { host } = await site({ origins: [origin.url], cache: "off" });
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000000\r\n\r\n${"x".repeat(1_000)}`,
    );
    const answer = await client.hear();
    expect([answer.status, answer.body]).toEqual([420, "no"]);
    client.hangUp();
  },
);

holds(
  "post/post-continue.test.py",
  "a client that waits for 100 Continue gets the origin's answer to its whole body",
  async () => {
    origin.answers(afterBody((_request, response, { body }) => void response.end(body.toUpperCase())));
    const { host } = await site({ origins: [origin.url], cache: "off" });
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
    );
    expect((await client.hear()).status).toBe(100);
    await client.say("5\r\nhello\r\n0\r\n\r\n");
    expect((await client.hear()).body).toBe("HELLO");
  },
);

holds(
  "slow_post/server_abort.test.py",
  "an origin that breaks off an upload is a bad gateway, and the next request is fine",
  async () => {
    origin.answers(
      (request) => void request.on("error", () => {}).once("data", () => request.socket.destroy()),
    );
    const client = await site({ origins: [origin.url], cache: "off" });
    expect((await client.ask("/page", { method: "POST", body: new Uint8Array(300_000) })).status).toBe(502);
    origin.answers((_request, response) => void response.end("fine"));
    expect((await client.get("/page")).text).toBe("fine");
  },
);

holds("redirect/redirect.test.py", "a redirect of the origin is the client's to follow", {
  cache: "off",
  given: [{ status: 302, headers: { location: "/other" } }],
  when: [get()],
  expect: [{ status: 302, headers: { location: "/other" } }],
  asked: 1,
});

holds(
  "parent_proxy/parent_retry_non_retryable_post.test.py",
  "a POST that one origin answered with 503 is not sent to another",
  async () => {
    origin.answers(afterBody((_request, response) => void response.writeHead(503).end("busy")));
    wire.answers(OK);
    const client = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 2 } });
    expect((await client.ask("/page", { method: "POST", body: "x" })).status).toBe(503);
    expect(wire.seen).toEqual([]);
  },
);

// plugins

const SLICE = 65_536;
const FILE = Buffer.from(Array.from({ length: 3 * SLICE - 100 }, (_, at) => (at * 5 + (at >> 8)) & 255));
const served =
  (headers: () => Record<string, string>, file: () => Buffer = () => FILE) =>
  (request: IncomingMessage, response: ServerResponse) => {
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const fields = { "cache-control": "max-age=60", date: new Date(edge.now).toUTCString(), ...headers() };
    if (from === undefined) return void response.writeHead(200, fields).end(file());
    const last = Math.min(to ? Number(to) : file().length - 1, file().length - 1);
    if (Number(from) > last)
      return void response.writeHead(416, { "content-range": `bytes */${file().length}` }).end();
    response
      .writeHead(206, { ...fields, "content-range": `bytes ${from}-${last}/${file().length}` })
      .end(file().subarray(Number(from), last + 1));
  };

holds(
  "pluginTest/slice/slice.test.py",
  "each range of a file in slices has its own bytes, across slices and at the end",
  async () => {
    origin.answers(served(() => ({ etag: '"a"' })));
    const client = await site({ origins: [origin.url], cache: { slice: "64KiB" } });
    for (const [range, first, last] of [
      [`bytes=${SLICE - 1}-${SLICE}`, SLICE - 1, SLICE],
      ["bytes=0-9", 0, 9],
      ["bytes=-10", FILE.length - 10, FILE.length - 1],
      [`bytes=${2 * SLICE}-`, 2 * SLICE, FILE.length - 1],
      [`bytes=1-${2 * SLICE + 1}`, 1, 2 * SLICE + 1],
    ] as const) {
      const part = await client.get("/file", { range });
      await edge.settled();
      expect([part.status, part.header("content-range")]).toEqual([
        206,
        `bytes ${first}-${last}/${FILE.length}`,
      ]);
      expect(Buffer.from(part.bytes).equals(FILE.subarray(first, last + 1)), range).toBe(true);
    }
  },
);

holds(
  "pluginTest/slice/slice_conditional.test.py",
  "a condition on a file in slices is answered from what is stored",
  async () => {
    origin.answers(served(() => ({ etag: '"a"' })));
    const client = await site({ origins: [origin.url], cache: { slice: "64KiB" } });
    await client.get("/file");
    await edge.settled();
    origin.seen = [];
    expect((await client.get("/file", { "if-none-match": '"a"' })).status).toBe(304);
    expect(origin.seen).toEqual([]);
  },
);

holds(
  "pluginTest/slice/slice_content_shrink.test.py",
  "a file that has shrunk is not given its old length",
  async () => {
    let file = FILE;
    let etag = '"long"';
    origin.answers(
      served(
        () => ({ etag }),
        () => file,
      ),
    );
    const client = await site({ origins: [origin.url], cache: { slice: "64KiB" } });
    await client.get("/file", { range: "bytes=0-9" });
    await edge.settled();
    file = FILE.subarray(0, 100);
    etag = '"short"';
    await client.get("/file").catch(() => {});
    await edge.settled();
    const whole = await client.get("/file");
    expect([whole.status, whole.bytes.length]).toEqual([200, 100]);
  },
);

holds(
  "pluginTest/slice/slice_error.test.py",
  "an error in the middle of the slices breaks the transfer and is no part of the file",
  async () => {
    const answering = served(() => ({ etag: '"a"' }));
    origin.answers((request, response) =>
      request.headers.range?.startsWith(`bytes=${SLICE}-`)
        ? void response.writeHead(500).end("oops")
        : answering(request, response),
    );
    const client = await site({ origins: [origin.url], cache: { slice: "64KiB" } });
    await expect(client.get("/file")).rejects.toThrow();
    await edge.settled();
    origin.answers(answering);
    expect(Buffer.from((await client.get("/file")).bytes).equals(FILE)).toBe(true);
  },
);
