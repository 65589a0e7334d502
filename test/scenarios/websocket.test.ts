import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

describe("a WebSocket", () => {
  const edge = useEdge();
  const origin = useOrigin();
  let sockets: WebSocketServer;

  beforeAll(async () => {
    sockets = new WebSocketServer({
      server: origin.server,
      path: "/ws",
      handleProtocols: (offered) => (offered.has("chat.v2") ? "chat.v2" : false),
    });
    await edge.site({
      hosts: ["ws.test"],
      // These time-outs are for answers that end; a WebSocket lives on.
      pools: { web: { origins: [{ id: "a", url: origin.url }], timeout: { total: "200ms", idle: "100ms" } } },
      routes: [{ id: "rest", cache: "off", to: "web", rewrite: { stripPrefix: "/public" } }],
    });
  });
  afterAll(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });

  const open = async (protocols: string[] = []) => {
    const accepted = once(sockets, "connection") as Promise<[WebSocket, { headers: Record<string, string> }]>;
    const client = new WebSocket(`${edge.url.replace("http", "ws")}/public/ws`, protocols, {
      headers: { host: "ws.test" },
    });
    await once(client, "open");
    const [there, request] = await accepted;
    return { client, there, request };
  };
  const next = async (socket: WebSocket) => {
    const [data, isBinary] = (await once(socket, "message")) as [Buffer, boolean];
    return isBinary ? data : data.toString();
  };

  it("carries text and bytes both ways, under the subprotocol that the origin chose", async () => {
    const { client, there, request } = await open(["chat.v1", "chat.v2"]);
    expect(client.protocol).toBe("chat.v2");
    expect(request.headers).toMatchObject({
      "sec-websocket-protocol": "chat.v1,chat.v2",
      "x-forwarded-host": "ws.test",
      "x-forwarded-for": "127.0.0.1",
    });
    const up = next(there);
    client.send("up");
    expect(await up).toBe("up");
    const down = next(client);
    there.send(Buffer.from([0, 255]));
    expect(await down).toEqual(Buffer.from([0, 255]));
    client.terminate();
  });

  it("outlives the total time-out of its pool", async () => {
    const { client, there } = await open();
    await new Promise((resolve) => setTimeout(resolve, 300)); // real time: the time-out is the platform's timer
    const down = next(client);
    there.send("still here");
    expect(await down).toBe("still here");
    client.terminate();
  });

  it.each([
    ["the client", (pair: Awaited<ReturnType<typeof open>>) => [pair.client, pair.there]],
    ["the origin", (pair: Awaited<ReturnType<typeof open>>) => [pair.there, pair.client]],
  ] as const)("closed by %s tells the other side the code and the reason", async (_name, sides) => {
    const [closing, other] = sides(await open()) as [WebSocket, WebSocket];
    const closed = once(other, "close") as Promise<[number, Buffer]>;
    closing.close(4001, "enough");
    const [code, reason] = await closed;
    expect([code, reason.toString()]).toEqual([4001, "enough"]);
  });

  it("that the origin does not accept gets the origin's own answer", async () => {
    origin.server.once("upgrade", () => {});
    const client = new WebSocket(`${edge.url.replace("http", "ws")}/elsewhere`, {
      headers: { host: "ws.test" },
    });
    const [, response] = (await once(client, "unexpected-response")) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(400);
    client.on("error", () => {});
    client.terminate();
  });

  it("is the only protocol that is upgraded to", async () => {
    const answer = await sendRaw(
      edge.url,
      rawGet(
        "/",
        "ws.test",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
      ),
    );
    expect(answer.status).toBe(200);
    expect(origin.last.headers).not.toHaveProperty("upgrade");
    expect(origin.last.headers).not.toHaveProperty("http2-settings");
  });

  it("leaves no unhandled exception", async () => {
    await edge.settled();
    expect(edge.output).toEqual([]);
  });
});
