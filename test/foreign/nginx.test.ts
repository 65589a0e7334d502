// What nginx-tests (github.com/nginx/nginx-tests) holds and any reverse proxy and shared cache must.
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect } from "vitest";
import { foreign } from "../support/foreign.ts";
import { aGate } from "../support/gate.ts";
import { afterBody, deadUrl } from "../support/origin.ts";
import { after, ask, cc, fromNow, get, sinceNoon } from "../support/rows.ts";
import { field } from "../support/wire.ts";

const { edge, origin, wire, holds, site, wired, rawly, converse, statusOfCoding } = foreign("nginx");

const MODIFIED = sinceNoon(-1_000_000);
const KIB64 = 65_536;

// Vary.

holds("proxy_cache_vary.t", "variants live side by side, and each is found again", {
  given: [cc("max-age=60", { vary: "Accept-Encoding" })],
  when: ["gzip", "gzip", "deflate", "deflate", "foo", "gzip"].map((coding) =>
    get({ "accept-encoding": coding }),
  ),
  expect: ["1", "1", "2", "2", "3", "1"],
  asked: 3,
});

holds("proxy_cache_vary.t", "empty members in Vary say nothing", {
  given: [cc("max-age=60", { vary: ",, Accept-encoding , ," })],
  when: ["gzip", "deflate", "gzip", "deflate"].map((coding) => get({ "accept-encoding": coding })),
  expect: ["1", "2", "1", "2"],
  asked: 2,
});

holds("proxy_cache_vary.t", "two Vary fields are one list", {
  given: [cc("max-age=60", { vary: ["Accept-Encoding", "Foo"] })],
  when: [
    get({ foo: "a" }),
    get({ foo: "a" }),
    get({ foo: "b" }),
    get({ "accept-encoding": "gzip", foo: "a" }),
  ],
  expect: ["1", "1", "2", "3"],
  asked: 3,
});

holds("proxy_cache_vary.t", "Vary: * is never a hit, also for the very same request", {
  given: [cc("max-age=60", { vary: "*" })],
  when: [get({ "accept-encoding": "gzip" }), get({ "accept-encoding": "gzip" })],
  expect: ["1", "2"],
  asked: 2,
});

holds("proxy_cache_vary.t", "blanks around the members of a list make no variant, a missing comma does", {
  given: [cc("max-age=60", { vary: "Accept-Encoding" })],
  when: ["foo, bar", "foo,bar", "foobar"].map((coding) => get({ "accept-encoding": coding })),
  expect: ["1", "1", "2"],
  asked: 2,
});

holds(
  "proxy_cache_vary.t",
  "the newest response's Vary decides, also where an older one named other fields",
  {
    given: [cc("max-age=60", { vary: "z" }), cc("max-age=60", { vary: "x, y" })],
    when: [
      get({ z: "1" }),
      get({ x: "1" }),
      get({ x: "1" }),
      get({ x: "2" }),
      get({ x: "2" }),
      get({ x: "1" }),
    ],
    expect: ["1", "2", "2", "3", "3", "2"],
    asked: 3,
  },
);

holds("proxy_cache_vary.t", "each variant is asked about with its own validator", {
  given: [
    cc("max-age=10", { vary: "x", etag: '"a"' }),
    cc("max-age=10", { vary: "x", etag: '"b"' }),
    { status: 304, headers: { vary: "x", etag: '"a"', "cache-control": "max-age=10" } },
  ],
  when: [get({ x: "a" }), get({ x: "b" }), after(11), get({ x: "a" }), get({ x: "a" })],
  expect: ["1", "2", "1", "1"],
  asked: [{ "if-none-match": null }, {}, { "if-none-match": '"a"', x: "a" }],
});

// Freshness.

holds("proxy_cache_control.t", "max-age beats an Expires in the past, whichever comes first", {
  given: [
    { headers: { "cache-control": "max-age=60", expires: "Thu, 01 Jan 1970 00:00:01 GMT" } },
    { headers: { expires: "Thu, 01 Jan 1970 00:00:01 GMT", "cache-control": "max-age=60" } },
  ],
  when: [get({}, "/1"), get({}, "/2"), get({}, "/1"), get({}, "/2")],
  expect: ["1", "2", "1", "2"],
  asked: 2,
});

holds("proxy_cache_control.t", "no-cache is not outweighed by an Expires in the future", {
  given: [cc("no-cache", { expires: fromNow(1000) })],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("proxy_cache_control.t", "no-cache in one field holds beside a max-age in the next", {
  given: [{ headers: { "cache-control": ["no-cache", "max-age=60"] } }],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("proxy_cache_control.t", "a max-age beyond what can be counted is a very long time", {
  given: [cc("max-age=9223372036854775808")],
  when: [get(), after(86_400), get()],
  expect: ["1", "1"],
  asked: 1,
});

holds("proxy_cache_control.t", "a response that sets a cookie answers nobody else", {
  given: [cc("max-age=60", { "set-cookie": "foo=1" })],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("proxy_duplicate_headers.t", "two Expires fields make nothing fresh", {
  given: [{ headers: { expires: [new Date(Date.UTC(2099, 11, 1)).toUTCString(), "bar"] } }],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

// Validation.

holds("proxy_cache_revalidate.t", "a 304 makes a page fresh again, another tag replaces it", {
  given: [
    cc("max-age=2", { etag: '"a"' }),
    { status: 304, headers: { etag: '"a"', "cache-control": "max-age=2" } },
    cc("max-age=2", { etag: '"b"' }),
  ],
  when: [get(), after(3), get(), get(), after(3), get(), get()],
  expect: ["1", "1", "1", "3", "3"],
  asked: [{ "if-none-match": null }, { "if-none-match": '"a"' }, { "if-none-match": '"a"' }],
});

holds(
  "proxy_cache_revalidate.t",
  "a 404 takes the place of a page that was there, and the page its place again",
  {
    given: [
      cc("max-age=2", { "last-modified": MODIFIED }),
      { status: 404, headers: { "cache-control": "max-age=2" } },
      cc("max-age=2"),
    ],
    when: [get(), after(3), get(), get(), after(3), get()],
    expect: ["1", { status: 404 }, { status: 404 }, "3"],
    asked: [
      {},
      { "if-modified-since": new Date(Date.UTC(2099, 10, 24, 12) - 1e9).toUTCString() },
      { "if-modified-since": null },
    ],
  },
);

holds("proxy_cache_revalidate.t", "a 201 is not asked about with conditions", {
  given: [{ status: 201, headers: { "cache-control": "max-age=1", "last-modified": MODIFIED } }],
  when: [get(), after(2), get()],
  expect: [{ status: 201 }, { status: 201, body: "2" }],
  asked: [{ "if-modified-since": null }, { "if-modified-since": null }],
});

// Stale answers.

holds("proxy_cache_use_stale.t", "stale-if-error ends when its time has run out", {
  given: [cc("max-age=1, stale-if-error=5"), { status: 500 }],
  when: [get(), after(3), get(), after(4), get()],
  expect: ["1", "1", { status: 500 }],
  asked: 3,
});

holds("proxy_cache_use_stale.t", "a refresh that fails leaves the stale page in use", {
  given: [cc("max-age=1, stale-while-revalidate=10"), { status: 500 }, cc("max-age=60")],
  when: [get(), after(2), get(), get(), get()],
  expect: ["1", "1", "1", "3"],
  asked: 3,
});

holds(
  "proxy_cache_use_stale.t",
  "while a page is refreshed everyone gets the stale one, and the origin is asked once",
  async () => {
    const gate = aGate();
    let count = 0;
    origin.answers(async (_request, response) => {
      if (++count > 1) await gate.opened;
      const now = new Date(edge.now).toUTCString();
      response
        .writeHead(200, { date: now, "cache-control": "max-age=1, stale-while-revalidate=60" })
        .end(String(count));
    });
    const client = await site({ origins: [origin.url] });
    await client.get("/page");
    await edge.settled();
    await edge.advance(5_000);
    const texts = [];
    for (let asked = 0; asked < 4; asked++) texts.push((await client.get("/page")).text);
    expect([texts, origin.seen.length]).toEqual([["1", "1", "1", "1"], 2]);
    gate.open();
    await edge.settled();
    expect((await client.get("/page")).text).toBe("2");
  },
);

// Bodies and their ends.

holds("proxy_duplicate_headers.t", "a response whose framing cannot be read is a bad gateway", async () => {
  const { host } = await wired();
  for (const field of [
    "Content-Length: foo",
    "Transfer-Encoding: foo",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
  ]) {
    wire.answers(`HTTP/1.1 200 OK\r\nConnection: close\r\n${field}\r\n\r\n0\r\n\r\n`);
    expect((await rawly(host)).status, field).toBe(502);
  }
});

holds(
  "proxy_duplicate_headers.t",
  "a Content-Length that is given twice is a bad gateway or one length, and no fault of the edge",
  async () => {
    const { host } = await wired();
    wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok");
    const answer = await rawly(host);
    expect([200, 502]).toContain(answer.status);
    if (answer.status === 200)
      expect([field(answer.head, "content-length") ?? "2", answer.body]).toEqual(["2", "ok"]);
  },
);

holds(
  "proxy_extra_data.t",
  "what comes after the announced length is no part of the body and of no later answer",
  async () => {
    const client = await wired("off");
    wire.answersInTurn(
      "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nSEE-THIS-BUT-NOT-THIS",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nNOT-THIS",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    );
    const answers = [await client.get("/1"), await client.get("/2"), await client.get("/3")];
    expect(answers.map(({ text }) => text)).toEqual(["SEE-THIS", "", "ok"]);
  },
);

holds("proxy_extra_data.t", "a HEAD that is answered with a body has none for the client", async () => {
  const { host } = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nSEE-THIS");
  const client = converse();
  await client.say(`HEAD /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const text = await client.rest();
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  expect(text).not.toContain("SEE-THIS");
});

holds("proxy_chunked_extra.t", "what comes after the last chunk is dropped", async () => {
  const client = await wired("off");
  wire.answers(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n3\r\nzzz\r\n0\r\n\r\n",
  );
  expect((await client.get("/1")).text).toBe("ok");
  expect((await client.get("/2")).text).toBe("ok");
});

holds(
  "proxy_chunked.t",
  "a chunked response arrives as its content, also for a client that speaks HTTP/1.0",
  async () => {
    const { host } = await wired("off");
    wire.answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nSEE-THIS\r\n0\r\n\r\n");
    const client = converse();
    await client.say(`GET /page HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    const answer = await client.hear();
    expect([answer.status, field(answer.head, "transfer-encoding"), answer.body]).toEqual([
      200,
      null,
      "SEE-THIS",
    ]);
  },
);

holds("proxy_unfinished.t", "an unfinished body is not stored, and its end is not feigned", async () => {
  for (const head of [
    "Content-Length: 100\r\n\r\nunfinished",
    "Transfer-Encoding: chunked\r\n\r\na\r\nunfinished\r\n",
  ]) {
    const client = await wired();
    wire.answersInTurn(
      `HTTP/1.1 200 OK\r\nCache-Control: max-age=300\r\n${head}`,
      `HTTP/1.1 200 OK\r\nCache-Control: max-age=300\r\n${head}`,
      "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nfinished",
    );
    await expect(client.get("/page")).rejects.toThrow();
    await edge.settled();
    const raw = await rawly(client.host);
    expect(raw.body).not.toMatch(/\r\n0\r\n\r\n$/);
    await edge.settled();
    expect((await client.get("/page")).text).toBe("finished");
  }
});

holds(
  "proxy_keepalive.t",
  "after answers of every framing the same connection to the origin serves on",
  async () => {
    const client = await wired("off");
    const answers: Record<string, string> = {
      "/length": "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nSEE-THIS",
      "/chunked": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nSEE-THIS\r\n0\r\n\r\n",
      "/empty": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      "/304": 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 100\r\n\r\n',
      "/204": "HTTP/1.1 204 No Content\r\n\r\n",
    };
    wire.answers((request, socket) => {
      const [, method, path = ""] = /^(\w+) (\S+)/.exec(request) ?? [];
      const answer = answers[path] ?? "";
      socket.write(method === "HEAD" ? answer.slice(0, answer.indexOf("\r\n\r\n") + 4) : answer);
    });
    const bodies = [];
    for (const path of Object.keys(answers))
      bodies.push((await client.get(path, path === "/304" ? { "if-none-match": '"a"' } : {})).text);
    bodies.push((await client.ask("/length", { method: "HEAD" })).text);
    bodies.push((await client.get("/length")).text);
    expect(bodies).toEqual(["SEE-THIS", "SEE-THIS", "", "", "", "", "SEE-THIS"]);
    expect(wire.seen).toHaveLength(7);
  },
);

// Interim answers and upgrades.

holds("proxy_early_hints.t", "early hints come before the answer and are none themselves", async () => {
  const { host } = await wired();
  const hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
  wire.answers(`${hints}${hints}HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nSEE-THIS`);
  const client = converse();
  await client.say(`GET /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let answer = await client.hear();
  while (answer.status === 103) answer = await client.hear();
  expect([answer.status, answer.body, field(answer.head, "link")]).toEqual([200, "SEE-THIS", null]);
});

holds("proxy_early_hints.t", "early hints without an answer are a bad gateway", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
  const client = converse();
  await client.say(`GET /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let answer = await client.hear();
  while (answer.status === 103) answer = await client.hear();
  expect(answer.status).toBe(502);
});

holds("proxy_connection_headers.t", "a 200 that offers an upgrade is a plain 200", async () => {
  const { host } = await wired();
  wire.answers("HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nok");
  const answer = await rawly(host);
  expect([answer.status, answer.body, field(answer.head, "connection") ?? "close"]).toEqual([
    200,
    "ok",
    "close",
  ]);
});

// Requests.

holds("http_method.t", "TRACE and CONNECT reach no origin", async () => {
  const { host } = await wired();
  for (const line of ["TRACE /", "CONNECT /", `CONNECT ${host}:80`]) {
    const client = converse();
    await client.say(`${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect((await client.hear()).status).toBeGreaterThanOrEqual(400);
  }
  expect(wire.seen).toEqual([]);
});

holds(
  "body_chunked.t",
  "a request body in another transfer coding than chunked once is refused",
  async () => {
    const { host } = await wired();
    wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    for (const coding of ["identity", "chunked\r\nTransfer-Encoding: chunked", "chunked, identity"]) {
      expect([400, 501], coding).toContain(await statusOfCoding(host, coding));
    }
    expect(wire.seen).toEqual([]);
  },
);

holds("body_chunked.t", "a chunked body of many pieces reaches the origin byte for byte", async () => {
  origin.answers(afterBody((_request, response) => void response.end("ok")));
  const { host } = await site({ origins: [origin.url] });
  const pieces = ["0123456789", "0123456789".repeat(128), "x", "0123456789".repeat(512)];
  const client = converse();
  await client.say(
    `POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  for (const piece of pieces) await client.say(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  await client.say("0\r\n\r\n");
  expect((await client.hear()).body).toBe("ok");
  expect(origin.last.body).toBe(pieces.join(""));
});

holds(
  "proxy_request_buffering_chunked.t",
  "a broken chunk never makes a whole request for the origin",
  async () => {
    const bodies: boolean[] = [];
    const done = aGate();
    origin.answers((request, response) => {
      request.on("error", () => {}).resume();
      request.on("end", () => response.end("ok"));
      request.on("close", () => {
        bodies.push(request.complete);
        done.open();
      });
    });
    const { host } = await site({ origins: [origin.url] });
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nworld\r\n0\r\n\r\n`,
    );
    const { status } = await client.hear();
    expect(status === 0 || status >= 400).toBe(true);
    if (origin.seen.length > 0) await done.opened;
    expect(bodies).not.toContain(true);
  },
);

holds(
  "ignore_invalid_headers.t",
  "a field name with a blank, a control character or a leading colon is refused",
  async () => {
    const { host } = await wired();
    for (const line of [": 1", "x bar: 1", "x\x02bar: 1"]) {
      const answer = await rawly(host, "/page", `${line}\r\n`);
      expect(answer.status, line).toBe(400);
    }
    expect(wire.seen).toEqual([]);
  },
);

holds("http_header_buffers.t", "a field of 8 KB reaches the origin whole", async () => {
  const { host } = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  expect((await rawly(host, "/page", `X-Long: ${"a".repeat(8_192)}\r\n`)).status).toBe(200);
  expect(field(wire.last, "x-long")).toHaveLength(8_192);
});

holds("http_uri.t", "dot segments are gone before a request is matched or forwarded", async () => {
  const { host } = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  for (const target of ["/foo/../bar", "/./bar", "/foo/%2e%2e/bar", "/a/b/../../bar", "/../bar"])
    await rawly(host, target);
  expect(new Set(wire.lines)).toEqual(new Set(["GET /bar"]));
});

holds("http_host.t", "a Host that names no host is refused", async () => {
  await wired();
  for (const name of ["a/b", "a b", "[::1", "a:b:c", "@a"])
    expect((await rawly(name)).status, name).toBeGreaterThanOrEqual(400);
  expect(wire.seen).toEqual([]);
});

// Retry and failover.

holds("proxy_next_upstream.t", "where one origin cannot be reached another answers", async () => {
  const client = await site({ origins: [await deadUrl(), wire.url], cache: "off", retry: { attempts: 2 } });
  wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nSEE-THIS");
  expect((await client.get("/page")).text).toBe("SEE-THIS");
});

holds("proxy_next_upstream.t", "a 404 is an answer, and no other origin is asked", async () => {
  origin.answers((_request, response) => void response.writeHead(404).end("not here"));
  const client = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 2 } });
  expect((await client.get("/page")).status).toBe(404);
  expect(wire.seen).toEqual([]);
});

holds("proxy_next_upstream_tries.t", "when all have been tried the last answer is the client's", async () => {
  origin.answers((_request, response) => void response.writeHead(503).end("busy"));
  wire.answers("HTTP/1.1 503 Busy too\r\nContent-Length: 8\r\n\r\nbusy too");
  const client = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 5 } });
  const answer = await client.get("/page");
  expect([answer.status, origin.seen.length, wire.seen.length]).toEqual([503, 1, 1]);
});

holds(
  "proxy_non_idempotent.t",
  "a GET is asked elsewhere after a broken connection, a POST is not",
  async () => {
    origin.answers(afterBody((request) => void request.socket.destroy()));
    wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
    const client = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 2 } });
    expect((await client.get("/page")).text).toBe("second");
    const other = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 2 } });
    expect((await other.ask("/page", { method: "POST", body: "x" })).status).toBe(502);
    expect(wire.lines).toEqual(["GET /page"]);
  },
);

// What points at the origin.

holds(
  "proxy_redirect.t",
  "a Location at the origin's own address points at the public host, one elsewhere stays",
  async () => {
    const client = await wired("off");
    wire.answersInTurn(
      `HTTP/1.1 302 Found\r\nLocation: ${wire.url}/test.html\r\nContent-Length: 0\r\n\r\n`,
      "HTTP/1.1 302 Found\r\nLocation: https://else.test/test.html\r\nContent-Length: 0\r\n\r\n",
    );
    expect((await client.get("/1")).header("location")).toBe(`http://${client.host}/test.html`);
    expect((await client.get("/2")).header("location")).toBe("https://else.test/test.html");
  },
);

holds(
  "proxy_cookie.t",
  "a cookie's Domain and Path are mapped, its value and other attributes are not",
  async () => {
    origin.answers((_request, response) => {
      response.setHeader("set-cookie", [
        "v=path=/base/p; Path=/base/p; SameSite=Lax; HttpOnly",
        "w=domain=127.0.0.1; domain=127.0.0.1; max-age=5",
      ]);
      response.end();
    });
    const client = await site({ origins: [`${origin.url}/base`], cache: "off" });
    expect((await client.get("/")).cookies).toEqual([
      "v=path=/base/p; Path=/p; SameSite=Lax; HttpOnly",
      expect.stringMatching(new RegExp(`^w=domain=127\\.0\\.0\\.1; domain=${client.host}; max-age=5$`, "i")),
    ]);
  },
);

// Ranges and slices.

holds("proxy_cache_range.t", "a whole that answers a range is passed on, and later ranges are cut from it", {
  given: [{ headers: { "cache-control": "max-age=60" }, body: "SEE-THIS" }],
  when: [get({ range: "bytes=4-" }), get({ range: "bytes=4-" }), get({ range: "bytes=0-2" }), get()],
  expect: [{ body: "SEE-THIS" }, { status: 206, body: "THIS" }, { status: 206, body: "SEE" }, "SEE-THIS"],
  asked: 1,
});

holds("range.t", "several ranges of a stored page are one multipart answer, each with its place", {
  given: [
    {
      headers: { "cache-control": "max-age=60", "content-type": "text/plain" },
      body: "0123456789".repeat(100),
    },
  ],
  when: [get(), get({ range: "bytes=0-9,-10,10-19" })],
  expect: [
    { status: 200 },
    { status: 206, headers: { "content-type": /multipart\/byteranges; ?boundary=/ } },
  ],
  asked: 1,
});

const FILE = Buffer.from(Array.from({ length: 3 * KIB64 }, (_, at) => (at * 7 + (at >> 8)) & 255));

/** A file of three slices and the tag that `tag` gives at the time. */
const sliced = (tag: () => string) => (request: IncomingMessage, response: ServerResponse) => {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const fields = { etag: tag(), "cache-control": "max-age=60", date: new Date(edge.now).toUTCString() };
  if (from === undefined) return void response.writeHead(200, fields).end(FILE);
  const first = Number(from);
  const last = Math.min(to ? Number(to) : FILE.length - 1, FILE.length - 1);
  if (first >= FILE.length)
    return void response.writeHead(416, { "content-range": `bytes */${FILE.length}` }).end();
  response
    .writeHead(206, { ...fields, "content-range": `bytes ${first}-${last}/${FILE.length}` })
    .end(FILE.subarray(first, last + 1));
};

holds("slice.t", "of a file in slices the origin is asked for those alone that a range touches", async () => {
  origin.answers(sliced(() => '"v1"'));
  const client = await site({ origins: [origin.url], cache: { slice: "64KiB" } });
  const range = `bytes=${KIB64 + 10}-${KIB64 + 19}`;
  const part = await client.get("/file", { range });
  await edge.settled();
  expect([part.status, part.header("content-range")]).toEqual([
    206,
    `bytes ${KIB64 + 10}-${KIB64 + 19}/${FILE.length}`,
  ]);
  expect(Buffer.from(part.bytes).equals(FILE.subarray(KIB64 + 10, KIB64 + 20))).toBe(true);
  expect(origin.seen.map(({ headers }) => headers.range)).toEqual([`bytes=${KIB64}-${2 * KIB64 - 1}`]);
  await client.get("/file", { range });
  expect(origin.seen).toHaveLength(1);
});

holds("slice.t", "a whole file is put together of its slices, of whichever some were there", async () => {
  origin.answers(sliced(() => '"v1"'));
  const client = await site({ origins: [origin.url], cache: { slice: "64KiB" } });
  await client.get("/file", { range: `bytes=${KIB64}-${KIB64}` });
  await edge.settled();
  const whole = await client.get("/file");
  expect([whole.status, whole.header("content-range")]).toEqual([200, null]);
  expect(Buffer.from(whole.bytes).equals(FILE)).toBe(true);
});

holds("slice.t", "slices of two versions are never one file", async () => {
  let tag = '"v1"';
  origin.answers(sliced(() => tag));
  const client = await site({ origins: [origin.url], cache: { slice: "64KiB" } });
  await client.get("/file", { range: "bytes=0-9" });
  await edge.settled();
  tag = '"v2"';
  const whole = await client.get("/file").catch(() => undefined);
  expect([undefined, '"v2"']).toContain(whole?.header("etag"));
  await edge.settled();
  const next = await client.get("/file");
  expect([next.header("etag"), Buffer.from(next.bytes).equals(FILE)]).toEqual(['"v2"', true]);
});

// HEAD, coalescing.

holds(
  "proxy_cache_convert_head.t",
  "a HEAD is answered from the stored page, with its length and without its body",
  {
    given: [cc("max-age=60", { "x-a": "1" })],
    when: [get(), ask("HEAD")],
    expect: ["1", { status: 200, body: "", headers: { "content-length": "1", "x-a": "1" } }],
    asked: 1,
  },
);

holds("proxy_cache_lock.t", "of ten who ask at once one asks the origin", async () => {
  const gate = aGate();
  origin.answers(async (_request, response) => {
    await gate.opened;
    response.writeHead(200, { "cache-control": "max-age=60" }).end("request 1");
  });
  const { host } = await site({ origins: [origin.url] });
  const asking = Array.from({ length: 10 }, () => edge.client(host).get("/page"));
  await edge.until("all wait", ({ inFlight }) => inFlight === 10);
  gate.open();
  expect(new Set((await Promise.all(asking)).map(({ text }) => text))).toEqual(new Set(["request 1"]));
  expect(origin.seen).toHaveLength(1);
});

holds(
  "proxy_cache_lock.t",
  "when the one that asked fails, the others are not answered with its failure alone",
  async () => {
    const gate = aGate();
    let count = 0;
    origin.answers(async (request, response) => {
      if (++count > 1)
        return void response.writeHead(200, { "cache-control": "max-age=60" }).end("request 2");
      await gate.opened;
      request.socket.destroy();
    });
    const { host } = await site({ origins: [origin.url] });
    const asking = Array.from({ length: 4 }, () => edge.client(host).get("/page"));
    await edge.until("all wait", ({ inFlight }) => inFlight === 4);
    gate.open();
    const texts = (await Promise.all(asking)).map(({ status, text }) => (status === 200 ? text : status));
    expect(texts.filter((text) => text === "request 2").length).toBeGreaterThanOrEqual(3);
    expect(origin.seen.length).toBeLessThan(4);
  },
);
