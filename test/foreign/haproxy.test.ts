// What HAProxy's reg-tests (github.com/haproxy/haproxy) hold and any reverse proxy and shared cache must.
import { expect } from "vitest";
import { foreign } from "../support/foreign.ts";
import { aGate } from "../support/gate.ts";
import { afterBody } from "../support/origin.ts";
import { after, ask, cc, fromNow, get, sinceNoon } from "../support/rows.ts";
import { field } from "../support/wire.ts";

const { edge, origin, wire, holds, site, wired, rawly, converse } = foreign("haproxy");

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const MODIFIED = sinceNoon(-600_000);

holds("cache/caching_rules.vtc", "what says nothing of its freshness and has no validator is not stored", {
  given: [{}],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("cache/caching_rules.vtc", "an Age that is no number does not lengthen a life, and breaks nothing", {
  given: [cc("max-age=5", { age: "abc" })],
  when: [get(), after(6), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("cache/caching_rules.vtc", "what is older than its max-age on arrival answers nobody else", {
  given: [cc("max-age=5", { age: "10" })],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("cache/caching_rules.vtc", "what is young enough on arrival is used for the rest of its life", {
  given: [cc("max-age=500", { age: "100" })],
  when: [get(), after(399), get(), after(2), get()],
  expect: ["1", { body: "1", headers: { age: "499" } }, "2"],
  asked: 2,
});

holds("cache/if-modified-since.vtc", "the stored Last-Modified decides, at and after it 304", {
  given: [cc("max-age=60", { "last-modified": MODIFIED })],
  when: [
    get(),
    get({ "if-modified-since": sinceNoon(-600_001) }),
    get({ "if-modified-since": MODIFIED }),
    get({ "if-modified-since": sinceNoon(-10) }),
  ],
  expect: ["1", "1", { status: 304, body: "" }, { status: 304, body: "" }],
  asked: 1,
});

holds("cache/if-modified-since.vtc", "without a Last-Modified the Date of the stored response decides", {
  given: [cc("max-age=60", { date: fromNow(-20) })],
  when: [get(), get({ "if-modified-since": sinceNoon(-30) }), get({ "if-modified-since": sinceNoon(-20) })],
  expect: ["1", "1", { status: 304 }],
  asked: 1,
});

holds("cache/if-none-match.vtc", "any stored response is a match for *, and a weak tag for its strong form", {
  given: [cc("max-age=60", { etag: '"etag"' })],
  when: [
    get(),
    get({ "if-none-match": "*" }),
    get({ "if-none-match": 'W/"etag"' }),
    get({ "if-none-match": '"wrong_etag"' }),
    get({ "if-none-match": 'W/"wrong_etag", W/"etag"' }),
  ],
  expect: ["1", { status: 304 }, { status: 304 }, "1", { status: 304 }],
  asked: 1,
});

holds("cache/post_on_entry.vtc", "a POST that succeeds forgets what is stored of its URL", {
  given: [cc("max-age=50"), {}, cc("max-age=50")],
  when: [get(), ask("POST", {}, { body: "x" }), get(), get()],
  expect: ["1", "2", "3", "3"],
  asked: 3,
});

holds("cache/vary.vtc", "a coding that a client does not accept is not served to it", {
  given: [
    cc("max-age=5", { vary: "accept-encoding", "content-encoding": "gzip" }),
    cc("max-age=5", { vary: "accept-encoding" }),
  ],
  when: [
    get({ "accept-encoding": "gzip" }),
    get({ "accept-encoding": "deflate" }),
    get(),
    get({ "accept-encoding": "gzip" }),
  ],
  expect: [
    { body: "1", headers: { "content-encoding": "gzip" } },
    { headers: { "content-encoding": null } },
    { headers: { "content-encoding": null } },
    { body: "1" },
  ],
  asked: 3,
});

holds("cache/vary.vtc", "Vary by two fields keeps their values apart: what is one's is not the other's", {
  given: [cc("max-age=5", { vary: "origin, referer" })],
  when: [
    get({ origin: "a", referer: "b" }),
    get({ origin: "b", referer: "a" }),
    get({ origin: "ab" }),
    get({ origin: "a", referer: "b" }),
  ],
  expect: ["1", "2", "3", "1"],
  asked: 3,
});

holds("cache/vary_accept_encoding.vtc", "gzip;q=0 is not served gzip", {
  given: [
    cc("max-age=5", { vary: "accept-encoding", "content-encoding": "gzip" }),
    cc("max-age=5", { vary: "accept-encoding" }),
  ],
  when: [get({ "accept-encoding": "gzip" }), get({ "accept-encoding": "gzip;q=0" })],
  expect: ["1", { body: "2", headers: { "content-encoding": null } }],
  asked: 2,
});

holds("cache/vary_accept_encoding.vtc", "case and blanks in Accept-Encoding are no difference", {
  given: [cc("max-age=5", { vary: "accept-encoding", "content-encoding": "gzip" })],
  when: ["gzip;q=0.8", "GZIP;q=0.8", "gzip  ; q=0.8"].map((coding) => get({ "accept-encoding": coding })),
  expect: ["1", "1", "1"],
  asked: 1,
});

holds(
  "http-messaging/http_transfer_encoding.vtc",
  "of both lengths of a request the chunks count, and what follows them is no request",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    const client = converse();
    await client.say(
      `POST /first HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nContent-Length: 31\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    );
    const answer = await client.hear();
    expect([200, 400]).toContain(answer.status);
    expect(await client.rest()).toBe("");
    expect(wire.lines.filter((line) => line !== "POST /first")).toEqual([]);
    for (const seen of wire.seen)
      expect(field(seen, "content-length") === null || field(seen, "transfer-encoding") === null).toBe(true);
  },
);

holds(
  "http-messaging/http_transfer_encoding.vtc",
  "a chunked HTTP/1.0 request opens no way for a second request",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    const client = converse();
    await client.say(
      `POST /first HTTP/1.0\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    );
    const answer = await client.hear();
    expect([200, 400]).toContain(answer.status);
    expect(await client.rest()).toBe("");
    expect(wire.lines.filter((line) => line !== "POST /first")).toEqual([]);
  },
);

holds(
  "http-messaging/http_transfer_encoding.vtc",
  "a response in another transfer coding than chunked is a bad gateway",
  async () => {
    const { host } = await wired("off");
    for (const coding of ["chunked, chunked", "chunked, gzip, chunked", "chunked, gzip", "gzip"]) {
      wire.answers(`HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`);
      expect((await rawly(host)).status, coding).toBe(502);
    }
  },
);

holds("http-messaging/http_transfer_encoding.vtc", "TE concerns one connection", async () => {
  const { host } = await wired("off");
  wire.answers(OK);
  await rawly(host, "/page", "TE: trailers, gzip\r\n");
  expect([null, "trailers"]).toContain(field(wire.last, "te"));
});

holds(
  "http-messaging/http_bodyless_response.vtc",
  "after a HEAD the connection of the client serves on",
  async () => {
    const { host } = await wired("off");
    wire.answers((request, socket) => {
      const body = "skipped ".repeat(1000);
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${request.startsWith("HEAD") ? "" : body}`,
      );
    });
    const client = converse();
    for (let asked = 0; asked < 2; asked++) {
      await client.say(`HEAD /page HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      const head = await client.hear("HEAD");
      expect([head.status, field(head.head, "content-length")]).toEqual([200, "8000"]);
    }
    await client.say(`GET /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect((await client.hear()).body).toHaveLength(8_000);
  },
);

holds(
  "http-messaging/h1_to_h1.vtc",
  "Content-Length: 0 is no body, and what follows is not taken for one",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    const client = converse();
    await client.say(
      `GET /a HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\nthis is not sent\r\n\r\n`,
    );
    expect((await client.hear()).status).toBe(200);
    expect(wire.last).not.toContain("this is not sent");
  },
);

holds("http-messaging/h1_to_h1.vtc", "a body that is sent with DELETE is delivered", async () => {
  origin.answers(afterBody((_request, response) => void response.end("ok")));
  const client = await site({ origins: [origin.url] });
  await client.ask("/page", { method: "DELETE", body: "this must be delivered, like it or not" });
  expect(origin.last.body).toBe("this must be delivered, like it or not");
});

holds(
  "http-messaging/h1_host_normalization.vtc",
  "where a target names another host than Host does, one of the two decides everything",
  async () => {
    const a = await wired("off");
    const { host } = await site({ origins: [origin.url], cache: "off" });
    wire.answers(OK);
    const answer = await rawly(a.host, `http://${host}/page`);
    // RFC 9112 §3.2.2 asks for the target's; the runtime hands over Host alone (docs/decisions/0025).
    expect([answer.status, origin.seen]).toEqual([200, []]);
    expect(field(wire.last, "x-forwarded-host")).toBe(a.host);
  },
);

holds(
  "http-messaging/h1_request_target_validation.vtc",
  "a target that is no path is refused, or asks for the root",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    for (const target of ["page", "*", "@x/page", "?a=1"]) {
      const { status } = await rawly(host, target);
      // The runtime takes some for the target without its authority, and hands over `/` (docs/decisions/0025).
      if (status === 200) expect(wire.last, target).toMatch(/^GET \/(?:\?a=1)? HTTP/);
      else expect(status, target).toBeOneOf([400, 404, 501]);
    }
  },
);

holds(
  "http-messaging/h1_authority_fragment_char.vtc",
  "a fragment never becomes a part of the host or the path",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    await rawly(host, "/page#@evil.test/");
    await rawly(`${host}#x`, "/page");
    for (const seen of wire.seen) expect(seen).not.toMatch(/evil|#/);
  },
);

holds(
  "http-messaging/http_abortonclose.vtc",
  "a client that has gone leaves nothing behind for the next one",
  async () => {
    const gate = aGate();
    const hung = aGate();
    origin.answers(async (request, response) => {
      request.socket.on("close", () => hung.open());
      response.writeHead(200, { "content-length": 1_000_000 });
      response.write("begin");
      await gate.opened;
      const timer = setInterval(() => response.write("x".repeat(1_000)), 5);
      request.socket.on("close", () => clearInterval(timer));
    });
    const { host } = await site({ origins: [origin.url], cache: "off" });
    const gone = await edge.client(host).stream("/page");
    gone.body.on("error", () => {}).destroy();
    gate.open();
    await hung.opened;
    origin.answers((_request, response) => void response.end("next"));
    expect((await edge.client(host).get("/page")).text).toBe("next");
  },
);

holds("http-messaging/truncated.vtc", "a body of many chunks arrives with every byte", async () => {
  const { host } = await wired("off");
  const chunk = `32f\r\n${"x".repeat(815)}\r\n`;
  wire.answers(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}0\r\n\r\n`);
  const client = converse();
  await client.say(`GET /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const answer = await client.hear();
  expect([answer.body.length, answer.whole]).toEqual([16_300, true]);
});

holds(
  "http-messaging/websocket.vtc",
  "an origin that declines the upgrade has its answer relayed",
  async () => {
    const { host } = await wired();
    wire.answers("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    const client = converse();
    await client.say(
      `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    expect((await client.hear()).status).toBe(403);
    client.hangUp();
  },
);

holds(
  "http-rules/restrict_req_hdr_names.vtc",
  "a spelling with _ of a field that the edge writes is not passed on",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    await rawly(host, "/page", "X_Forwarded_For: 6.6.6.6\r\nX_Request_Id: a\r\nX_Other: b\r\n");
    expect(["x_forwarded_for", "x_request_id", "x_other"].map((name) => field(wire.last, name))).toEqual([
      null,
      null,
      "b",
    ]);
  },
);

holds(
  "http-rules/http-err-fail.vtc",
  "an origin that fails thrice is not the first choice for the next",
  async () => {
    origin.answers((_request, response) => void response.writeHead(503).end());
    wire.answers(OK);
    const client = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 2 } });
    for (let asked = 0; asked < 6; asked++) expect((await client.get("/page")).status).toBe(200);
    expect(origin.seen.length).toBeLessThan(6);
  },
);
