// An origin that dies mid-body: the client can tell, nothing of it is stored, and the next request works.
import type http from "node:http";
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";

const FRESH = { "cache-control": "max-age=60" };
const MIB = 1_048_576;

/** Sends what it is told to and no more, then closes the connection as an orderly end of TCP. */
function raw(response: http.ServerResponse, text: string): void {
  response.socket?.end(text);
}

const CUTS: readonly [what: string, cut: (response: http.ServerResponse) => void][] = [
  [
    "a body of declared length",
    (response) => {
      response.writeHead(200, { ...FRESH, "content-length": 1_000 });
      response.write("x".repeat(300), () => response.destroy());
    },
  ],
  [
    "a chunked body",
    (response) => {
      response.writeHead(200, FRESH);
      response.write("x".repeat(300), () => response.destroy());
    },
  ],
  [
    "a chunked body over the gathering limit",
    (response) => {
      response.writeHead(200, FRESH);
      response.write(Buffer.alloc(2 * MIB, "x"), () => response.destroy());
    },
  ],
  [
    "a body shorter than its length, the connection closed in order",
    (response) =>
      raw(
        response,
        `HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 1000\r\n\r\n${"x".repeat(300)}`,
      ),
  ],
  [
    "a chunked body without its last chunk, the connection closed in order",
    (response) =>
      raw(
        response,
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      ),
  ],
];

describe("a body that ends early", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  const aClient = () =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web" }],
    });

  for (const [what, cut] of CUTS) {
    it(`is seen by the client and not stored: ${what}`, async () => {
      const client = await aClient();
      origin.answers((_request, response) => cut(response));
      await expect(client.get("/")).rejects.toThrow();
      await edge.settled();
      origin.answers((_request, response) => void response.writeHead(200, FRESH).end("whole"));
      const next = await client.get("/");
      expect(next.text).toBe("whole");
      expect(next.header("cache-status")).toBe("headgate; fwd=uri-miss; fwd-status=200; stored");
    });
  }

  it("leaves what was stored before in place, for the origin's next trouble", async () => {
    const client = await aClient();
    const stale = { "cache-control": "max-age=10, stale-if-error=600" };
    origin.answers((_request, response) => void response.writeHead(200, stale).end("good"));
    await client.get("/");
    await edge.settled();
    await edge.advance(20_000);
    origin.answers((_request, response) => CUTS[0]?.[1](response));
    await expect(client.get("/")).rejects.toThrow();
    await edge.settled();
    origin.answers((_request, response) => void response.writeHead(503).end());
    const standIn = await client.get("/");
    expect(standIn.text).toBe("good");
    expect(standIn.header("cache-status")).toContain("detail=stale-if-error");
  });

  it("is not given to those who waited for it: another leads", async () => {
    const host = "waits-for-cut.test";
    await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web" }],
    });
    const [first, second] = [edge.client(host), edge.client(host)];
    const gate = aGate();
    let count = 0;
    origin.answers(async (_request, response) => {
      if (++count > 1) return void response.writeHead(200, FRESH).end("whole");
      response.writeHead(200, { ...FRESH, "content-length": 1_000 }).write("x".repeat(300));
      await gate.opened;
      response.destroy();
    });
    const streaming = await first.stream("/");
    const waiting = second.get("/");
    await edge.until("the waiter is at the edge", ({ inFlight }) => inFlight === 1);
    gate.open();
    await expect(streaming.body.text()).rejects.toThrow();
    expect((await waiting).text).toBe("whole");
    expect(origin.seen).toHaveLength(2);
  });

  it("is another thing than a client that hangs up: what the origin sends to the end is stored", async () => {
    const client = await aClient();
    const rest = aGate();
    origin.answers(async (_request, response) => {
      response.writeHead(200, FRESH).write("first ");
      await rest.opened;
      response.end("last");
    });
    const streaming = await client.stream("/");
    for await (const _first of streaming.body) break; // leaves, and closes the connection
    rest.open();
    await edge.settled();
    const next = await client.get("/");
    expect(next.text).toBe("first last");
    expect(next.header("cache-status")).toMatch(/^headgate; hit/);
  });

  it("reports no bug of the edge's own", () => {
    expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
  });
});
