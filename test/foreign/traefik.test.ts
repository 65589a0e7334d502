// What Traefik's tests (github.com/traefik/traefik, pkg) hold and any reverse proxy must.
import { once } from "node:events";
import { afterAll, beforeAll, expect } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { foreign } from "../support/foreign.ts";
import { afterBody } from "../support/origin.ts";

const { edge, origin, wire, holds, site, wired, rawly, converse } = foreign("traefik");

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

holds("proxy/fast/proxy_test.go", "CONNECT opens no tunnel", async () => {
  const { host } = await wired("off");
  wire.answers(OK);
  const client = converse();
  await client.say(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
  expect((await client.hear()).status).toBeGreaterThanOrEqual(400);
  client.hangUp();
  expect(wire.seen).toEqual([]);
});

holds(
  "proxy/httputil/builder_test.go",
  "reserved characters stay escaped on the way to the origin",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    await rawly(host, "/%3A%3F%23%5B%5D%40%21%24%26");
    expect(wire.lines).toEqual(["GET /%3A%3F%23%5B%5D%40%21%24%26"]);
  },
);

holds(
  "proxy/httputil/trailer_test.go",
  "trailers of a request do not reach the origin as fields",
  async () => {
    origin.answers(afterBody((_request, response) => void response.end("ok")));
    const { host } = await site({ origins: [origin.url], cache: "off" });
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-Test-Trailer\r\n\r\n4\r\nbody\r\n0\r\nX-Test-Trailer: sneaked\r\n\r\n`,
    );
    expect((await client.hear()).status).toBe(200);
    expect([origin.last.body, origin.last.headers["x-test-trailer"]]).toEqual(["body", undefined]);
  },
);

holds(
  "server/server_entrypoint_tcp_test.go",
  "dots and doubled slashes are resolved before a route is chosen",
  async () => {
    const { host } = await site({
      origins: [wire.url],
      more: {
        routes: [
          { id: "guarded", match: { path: "/admin/*" }, respond: { status: 403 } },
          { id: "rest", cache: "off", to: "web" },
        ],
      },
    });
    wire.answers(OK);
    for (const target of [
      "/x/../admin/",
      "//admin/",
      "/x/%2e%2e/admin/",
      "/./admin/",
      "/%61dmin/",
      "/..///admin//",
    ])
      expect((await rawly(host, target)).status, target).toBe(403);
    expect(wire.seen).toEqual([]);
  },
);

holds("middlewares/retry/retry_test.go", "a body is sent again whole to the next origin", async () => {
  origin.answers(afterBody((_request, response) => void response.writeHead(503).end()));
  wire.answers(OK);
  const client = await site({ origins: [origin.url, wire.url], cache: "off", retry: { attempts: 2 } });
  expect((await client.ask("/page", { method: "PUT", body: "the whole body" })).status).toBe(200);
  expect(wire.last).toMatch(/the whole body/);
});

holds(
  "middlewares/retry/retry_test.go",
  "a body too long to be kept is not sent to a second origin",
  async () => {
    origin.answers(afterBody((_request, response) => void response.writeHead(503).end("busy")));
    wire.answers(OK);
    const client = await site({
      origins: [origin.url, wire.url],
      cache: "off",
      retry: { attempts: 2, maxBody: "1KiB" },
    });
    expect((await client.ask("/page", { method: "PUT", body: "x".repeat(5_000) })).status).toBe(503);
    expect(wire.seen).toEqual([]);
  },
);

holds(
  "middlewares/retry/retry_test.go",
  "interim answers of an origin do not count as its answer",
  async () => {
    wire.answers(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
    );
    origin.answers((_request, response) => void response.end("second"));
    const client = await site({ origins: [wire.url, origin.url], cache: "off", retry: { attempts: 2 } });
    expect((await client.get("/page")).text).toBe("second");
  },
);

holds("server/service/service_test.go", "an origin that cannot be reached is a bad gateway", async () => {
  const client = await wired("off");
  wire.answers((_request, socket) => socket.destroy());
  expect((await client.get("/page")).status).toBe(502);
});

let sockets: WebSocketServer;
beforeAll(() => {
  sockets = new WebSocketServer({ server: origin.server });
  sockets.on("connection", (socket, request) => {
    if (request.url?.startsWith("/tell")) socket.send(request.url);
    else if (request.url === "/close") socket.close(4_001, "bye");
    else
      socket.on("ping", () => {}).on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
});
afterAll(() => {
  for (const client of sockets.clients) client.terminate();
  sockets.close();
});

const opened = async (path: string): Promise<WebSocket> => {
  const { host } = await site({ origins: [origin.url] });
  return new WebSocket(`${edge.url.replace("http", "ws")}${path}`, { headers: { host } });
};

holds(
  "proxy/httputil/proxy_websocket_test.go",
  "a WebSocket's query and escaped characters reach the origin as they were",
  async () => {
    const client = await opened("/tell/%3A%20x?query=test&a=%2F");
    const [told] = await once(client, "message");
    expect(String(told)).toBe("/tell/%3A%20x?query=test&a=%2F");
    client.terminate();
  },
);

holds(
  "proxy/httputil/proxy_websocket_test.go",
  "the code and the reason with which an origin closes a WebSocket reach the client",
  async () => {
    const client = await opened("/close");
    const [code, reason] = await once(client, "close");
    expect([code, String(reason)]).toEqual([4_001, "bye"]);
  },
);

holds("proxy/httputil/proxy_websocket_test.go", "binary and text messages stay what they are", async () => {
  const client = await opened("/echo");
  await once(client, "open");
  for (const sent of [Buffer.from([0, 1, 255]), "text"]) {
    const heard = once(client, "message");
    client.send(sent);
    const [data, isBinary] = await heard;
    expect([isBinary ? data : String(data), isBinary]).toEqual([sent, typeof sent !== "string"]);
  }
  client.terminate();
});
