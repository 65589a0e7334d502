// Hedges, limits and the breaker on a real edge, with origins that count what they received.
import { once } from "node:events";
import net from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aGate, type Gate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";

const edge = useEdge();
const slow = useOrigin();
const fast = useOrigin();

/** `slow` comes first. */
const origins = () => [
  { id: "slow", url: slow.url },
  { id: "fast", url: fast.url },
];
let sites = 0;
async function aSite(pool: object): Promise<{ client: EdgeClient; host: string }> {
  const host = `sending-${++sites}.test`;
  const client = await edge.site({
    hosts: [host],
    pools: { web: { balance: "first", origins: origins(), ...pool } },
    routes: [{ id: "all", to: "web", cache: "off" }],
    edgeFields: "full",
  });
  return { client, host };
}

describe("a hedge", () => {
  let closed: Gate;
  /** The slow origin never answers, and tells when its connection is closed. */
  beforeEach(() => {
    closed = aGate();
    slow.answers((request) => void request.socket.on("close", closed.open));
  });
  const hedging = () => aSite({ hedge: { after: "20ms", budget: "100%" } });

  it("answers for an origin that is slow, whose connection is closed at once", async () => {
    const { client } = await hedging();
    const answer = await client.get("/page");
    expect(answer.text).toBe("hello");
    await closed.opened;
    expect([slow.seen.length, fast.seen.length]).toEqual([1, 1]);
    const record = await edge.record("/page");
    expect(record?.attempts).toEqual(["slow given-up", "fast 200"]);
    expect(record?.origin).toBe("fast");
  });

  it("that is slower loses, and its connection is closed at once", async () => {
    const loserClosed = aGate();
    const answerNow = aGate();
    slow.answers(async (_request, response) => {
      await answerNow.opened;
      response.end("first after all");
    });
    fast.answers((request) => {
      request.socket.on("close", loserClosed.open);
      answerNow.open();
    });
    const { client } = await hedging();
    expect((await client.get("/lost")).text).toBe("first after all");
    await loserClosed.opened;
    expect((await edge.record("/lost"))?.attempts).toEqual(["slow 200", "fast given-up"]);
  });

  it("never doubles a POST, nor a PUT", async () => {
    const goOn = aGate();
    slow.answers(async (request, response) => {
      request.resume();
      await goOn.opened;
      response.end("done");
    });
    const { host } = await hedging();
    const sent = ["POST", "PUT"].map((method) => {
      const one = edge.client(host);
      return one.ask("/order", { method, body: "order" });
    });
    await edge.until("both are under way", ({ inFlight }) => inFlight === 2);
    await new Promise((resolve) => setTimeout(resolve, 100)); // real time: five times as long as a hedge waits
    goOn.open();
    expect((await Promise.all(sent)).map(({ text }) => text)).toEqual(["done", "done"]);
    expect([slow.seen.length, fast.seen.length]).toEqual([2, 0]);
  });

  it("passes on a large body whole, from one origin only", async () => {
    const body = "x".repeat(1_000_000);
    fast.answers((_request, response) => void response.end(body));
    const { client } = await hedging();
    expect((await client.get("/large")).text).toBe(body);
  });
});

describe("maxInFlight", () => {
  it("counts a download until its client hangs up", async () => {
    slow.answers((request, response) => {
      response.writeHead(200);
      const drops = setInterval(() => response.write("drop"), 10);
      request.socket.on("close", () => clearInterval(drops));
    });
    const { client, host } = await aSite({ origins: [{ id: "slow", url: slow.url, maxInFlight: 1 }] });
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    socket.write(`GET /download HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(socket, "data");
    const refused = await client.get("/other");
    expect([refused.status, refused.header("retry-after"), refused.json().title]).toEqual([
      503,
      "1",
      "origins-full",
    ]);
    expect(refused.header("proxy-status")).toContain("error=connection_limit_reached");
    socket.destroy();
    slow.answers((_request, response) => void response.end("free"));
    await untilAnswered(client);
  });

  it("counts a WebSocket until it closes", async () => {
    const sockets = new WebSocketServer({ server: fast.server, path: "/ws" });
    const { client, host } = await aSite({ origins: [{ id: "fast", url: fast.url, maxInFlight: 1 }] });
    const socket = new WebSocket(`${edge.url.replace("http", "ws")}/ws`, { headers: { host: host } });
    await once(socket, "open");
    expect((await client.get("/other")).json().title).toBe("origins-full");
    socket.close();
    await untilAnswered(client);
    sockets.close();
  });

  it("counts a body that the origin cuts off no longer", async () => {
    slow.answers((_request, response) => {
      response.writeHead(200, { "content-length": "1000" }).write("half", () => response.destroy());
    });
    const { client, host } = await aSite({ origins: [{ id: "slow", url: slow.url, maxInFlight: 1 }] });
    await expect(edge.client(host).get("/cut")).rejects.toThrow();
    slow.answers((_request, response) => void response.end("whole"));
    await untilAnswered(client);
  });

  /** The edge may notice an ending a moment later than its client. */
  async function untilAnswered(client: EdgeClient): Promise<void> {
    for (let look = 0; look < 1_000; look++) if ((await client.get("/other")).status === 200) return;
    throw new Error("its place was never given back");
  }
});

describe("the breaker", () => {
  it("opens, refuses without asking, and closes when a trial succeeds", async () => {
    const { client } = await aSite({ breaker: { rate: "50%", open: "5s" } });
    for (const origin of [slow, fast])
      origin.answers((_request, response) => void response.writeHead(503).end());
    for (let n = 0; n < 20; n++) expect((await client.get("/")).status).toBe(503);
    const asked = slow.seen.length + fast.seen.length;
    const refused = await client.get("/");
    expect([refused.status, refused.json().title]).toEqual([503, "breaker-open"]);
    expect(Number(refused.header("retry-after"))).toBeGreaterThan(0);
    expect(refused.header("proxy-status")).toContain("error=destination_unavailable");
    expect(slow.seen.length + fast.seen.length).toBe(asked);

    for (const origin of [slow, fast]) origin.answers((_request, response) => void response.end("back"));
    await edge.advance(5_000);
    expect((await client.get("/")).text).toBe("back");
    expect((await client.get("/")).text).toBe("back");
  });

  it("lets a stored response answer, if it may be stale", async () => {
    const client = await edge.site({
      pools: { web: { origins: origins(), breaker: { rate: "50%" } } },
      routes: [{ id: "all", to: "web", cache: { ttl: "1s", staleIfError: "1h" } }],
    });
    await client.get("/kept");
    for (const origin of [slow, fast])
      origin.answers((_request, response) => void response.writeHead(503).end());
    for (let n = 0; n < 20; n++) await client.get(`/other-${n}`);
    await edge.advance(2_000);
    const answer = await client.get("/kept");
    expect([answer.status, answer.text]).toEqual([200, "hello"]);
    expect(answer.header("cache-status")).toContain("stale-if-disconnected");
  });
});
