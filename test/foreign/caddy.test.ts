// What the tests of Caddy's reverse proxy (github.com/caddyserver/caddy, modules/caddyhttp/reverseproxy) hold.
import { once } from "node:events";
import { expect } from "vitest";
import { foreign } from "../support/foreign.ts";
import { afterBody, deadUrl } from "../support/origin.ts";
import { field } from "../support/wire.ts";

const { origin, wire, holds, site, wired, rawly, converse } = foreign("caddy");

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

holds(
  "retries_test.go",
  "where the first origin cannot be reached the next one gets the body whole",
  async () => {
    origin.answers(afterBody((_request, response, { body }) => void response.end(body)));
    const client = await site({
      origins: [await deadUrl(), origin.url],
      cache: "off",
      retry: { attempts: 2 },
    });
    const answer = await client.ask("/page", {
      method: "POST",
      body: "hello, server",
      headers: { "idempotency-key": "1" },
    });
    expect([answer.status, answer.text]).toEqual([200, "hello, server"]);
  },
);

holds(
  "retries_test.go",
  "a GET is asked again for a listed status, with its fields as they were",
  async () => {
    origin.answers((_request, response) => void response.writeHead(503).end());
    wire.answers(OK);
    const client = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 2 } });
    expect((await client.get("/page?a=1", { "x-a": "1" })).text).toBe("ok");
    expect(wire.lines).toEqual(["GET /page?a=1"]);
    expect(field(wire.last, "x-a")).toBe("1");
  },
);

holds(
  "retries_test.go",
  "when every try has failed the client sees the last status, without fields of the tries before",
  async () => {
    origin.answers((_request, response) => void response.writeHead(503, { "x-first": "1" }).end("first"));
    wire.answers("HTTP/1.1 502 Bad\r\nX-Second: 1\r\nContent-Length: 6\r\n\r\nsecond");
    const client = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 2 } });
    const answer = await client.get("/page");
    expect([answer.status, answer.text, answer.header("x-first"), answer.header("x-second")]).toEqual([
      502,
      "second",
      null,
      "1",
    ]);
  },
);

holds("hopheaders_test.go", "a 200 keeps nothing of its hop, whatever its Connection names", async () => {
  const { host } = await wired("off");
  wire.answers(
    "HTTP/1.1 200 OK\r\nConnection: X-Internal\r\nX-Internal: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok",
  );
  const answer = await rawly(host);
  expect(
    ["x-internal", "keep-alive", "proxy-authenticate", "upgrade"].map((name) => field(answer.head, name)),
  ).toEqual([null, null, null, null]);
});

holds("hopheaders_test.go", "a 101 that nobody asked for is a bad gateway", async () => {
  const { host } = await wired("off");
  wire.answers("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  expect((await rawly(host)).status).toBe(502);
});

holds(
  "headers_test.go",
  "forwarded fields of a peer that is not trusted are replaced, not added to",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    await rawly(
      host,
      "/page",
      "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.test\r\n",
    );
    expect(
      ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"].map((name) => field(wire.last, name)),
    ).toEqual(["127.0.0.1", "http", host]);
  },
);

holds("headers_test.go", "forwarded fields of a trusted peer are kept", async () => {
  const { host } = await wired("off", { trustedProxies: ["127.0.0.0/8"] });
  wire.answers(OK);
  await rawly(host, "/page", "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n");
  expect([field(wire.last, "x-forwarded-for"), field(wire.last, "x-forwarded-proto")]).toEqual([
    "192.0.2.7, 127.0.0.1",
    "https",
  ]);
});

holds("streaming_test.go", "what an origin has sent is with the client before the origin ends", async () => {
  let end = (): void => {};
  origin.answers((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: first\n\n");
    end = () => void response.end();
  });
  const client = await site({ origins: [origin.url], cache: "off" });
  const { body } = await client.stream("/events");
  const [first] = await once(body, "data");
  expect(String(first)).toBe("data: first\n\n");
  end();
  await once(body.resume(), "end");
});

holds(
  "client_disconnect_test.go",
  "a client that goes before its answer does not harm the origin's connection for others",
  async () => {
    const { host } = await wired("off");
    const asked = Promise.withResolvers<() => void>();
    wire.answers((request, socket) => {
      if (request.startsWith("GET /slow")) asked.resolve(() => socket.write(OK));
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
    });
    const gone = converse();
    await gone.say(`GET /slow HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const answer = await asked.promise;
    gone.hangUp();
    answer();
    expect((await rawly(host, "/other")).body).toBe("other");
  },
);

holds("buffering_test.go", "an empty body and a large one arrive as they were sent", async () => {
  origin.answers(afterBody((_request, response, { body }) => void response.end(String(body.length))));
  const client = await site({ origins: [origin.url], cache: "off" });
  expect((await client.ask("/page", { method: "POST", body: "" })).text).toBe("0");
  expect((await client.ask("/page", { method: "POST", body: new Uint8Array(2_000_000).fill(97) })).text).toBe(
    "2000000",
  );
});

holds(
  "fastcgi/fastcgi_test.go",
  "a path with an escaped slash or dots is not another origin's path",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    for (const target of ["/a/..%2fadmin", "/a/%2e%2e%2fadmin", "/a%5c..%5cadmin"])
      expect((await rawly(host, target)).status, target).toBe(400);
    expect(wire.seen).toEqual([]);
  },
);
