// An origin that begins a cacheable body and sends no more of it. What reads it for the store gives up after a while. What
// the client would read is cut off later, whether the client is still there or not, and the origin's connection with it.
import type http from "node:http";
import net from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet } from "../support/raw-client.ts";

const FRESH = { "cache-control": "max-age=60", etag: '"v1"' };
const MIB = 1_048_576;

describe("a body that stalls", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  beforeEach(() => edge.control({ longestWaitMs: 200 }));
  afterEach(() => edge.control({ longestWaitMs: null }));

  let sites = 0;
  async function aHost(cache: object = {}): Promise<string> {
    const host = `stalled-${++sites}.test`;
    await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web", cache }],
    });
    return host;
  }

  /** Begins with this, and never ends. Tells when all connections it was asked over are closed. */
  function stalls(begin: (response: http.ServerResponse) => void, times = 1) {
    const allClosed = aGate();
    let closed = 0;
    origin.answers((_request, response) => {
      response.on("close", () => ++closed === times && allClosed.open());
      begin(response);
    });
    return allClosed;
  }

  /** A client that has the first bytes of the body. It is gone at once where it resets the connection; of one that only
   * closes its own half the runtime does not tell. */
  function beginsToRead(host: string, target: string): Promise<net.Socket> {
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    socket.on("error", () => {}); // it resets the connection itself
    socket.write(rawGet(target, host));
    return new Promise((resolve) => {
      let received = "";
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
        if (!/\r\n\r\n./s.test(received)) return;
        socket.pause();
        resolve(socket);
      });
    });
  }

  const tooLong = (response: http.ServerResponse) =>
    void response.writeHead(200, FRESH).write(Buffer.alloc(2 * MIB));
  const BODIES: readonly [what: string, begin: (response: http.ServerResponse) => void][] = [
    [
      "of declared length",
      (response) => void response.writeHead(200, { ...FRESH, "content-length": 1_000 }).write("part"),
    ],
    ["in chunks", (response) => void response.writeHead(200, FRESH).write("part")],
    ["longer than what is gathered", tooLong],
  ];
  for (const [what, begin] of BODIES) {
    it(`is cut off, though the edge is not told that its clients have gone: ${what}`, async () => {
      const host = await aHost();
      const allClosed = stalls(begin, 5);
      const sockets = await Promise.all(Array.from({ length: 5 }, (_, at) => beginsToRead(host, `/${at}`)));
      for (const socket of sockets) socket.destroy(); // a hang-up without a reset: one FIN
      await allClosed.opened;
      expect((await edge.settled()).pendingWork).toBe(0);
      expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
    });

    it(`is let go when its client has gone: ${what}`, async () => {
      const host = await aHost();
      const allClosed = stalls(begin, 5);
      const sockets = await Promise.all(Array.from({ length: 5 }, (_, at) => beginsToRead(host, `/${at}`)));
      for (const socket of sockets) socket.resetAndDestroy();
      await allClosed.opened;
      expect((await edge.settled()).pendingWork).toBe(0);
      expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
    });

    if (begin === tooLong) continue; // it is not stored, so nothing watches it
    it(`is cut off for a client that waits: ${what}`, async () => {
      const host = await aHost();
      const allClosed = stalls(begin);
      const socket = await beginsToRead(host, "/");
      let end = "";
      socket.on("data", (chunk) => {
        end = (end + chunk.toString("latin1")).slice(-10);
      });
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.resume();
      await Promise.all([allClosed.opened, closed]);
      expect(end).not.toMatch(/0\r\n\r\n$/); // a broken transfer, and not a short body that looks whole
    });
  }

  it("is cut off again where the same URL stalls twice", async () => {
    const host = await aHost();
    for (let time = 1; time <= 2; time++) {
      const allClosed = stalls(tooLong);
      const socket = await beginsToRead(host, "/");
      socket.destroy();
      await allClosed.opened;
    }
    expect((await edge.settled()).pendingWork).toBe(0);
  });

  it("is cut off where the same URL forbade storing before, once a response has been stored after all", async () => {
    const host = await aHost();
    const client = edge.client(host);
    origin.answers(
      (_request, response) => void response.writeHead(200, { "cache-control": "no-store" }).end(),
    );
    for (let time = 1; time <= 2; time++)
      expect((await client.get("/")).header("cache-status")).toMatch(/no-store$/);
    origin.answers(
      (_request, response) => void response.writeHead(200, { ...FRESH, "cache-control": "no-cache" }).end(),
    );
    expect((await client.get("/")).header("cache-status")).toMatch(/stored$/);
    const allClosed = stalls((response) => void response.writeHead(200, FRESH).write("part"));
    const socket = await beginsToRead(host, "/");
    socket.destroy();
    await allClosed.opened;
    expect((await edge.settled()).pendingWork).toBe(0);
  });

  it("trickles on to a client that stays, but is not stored", async () => {
    const host = await aHost();
    const client = edge.client(host);
    const rest = aGate();
    origin.answers(async (_request, response) => {
      response.writeHead(200, FRESH).write("first ");
      await rest.opened;
      response.end("last");
    });
    const { body } = await client.stream("/");
    const chunks = body[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe("first ");
    origin.answers((_request, response) => void response.writeHead(200, FRESH).end("again"));
    // It waited until the store gave up on the first one.
    expect((await edge.client(host).get("/")).header("cache-status")).toBe(
      "headgate; fwd=uri-miss; fwd-status=200; stored",
    );
    rest.open();
    expect(String((await chunks.next()).value)).toBe("last");
    await edge.settled();
    expect((await client.get("/")).text).toBe("again");
  });

  it("keeps nobody waiting who wants the same: another leads", async () => {
    const host = await aHost();
    let count = 0;
    origin.answers((_request, response) => {
      if (++count > 1) return void response.writeHead(200, FRESH).end("whole");
      response.writeHead(200, FRESH).write("part");
    });
    const socket = await beginsToRead(host, "/");
    expect((await edge.client(host).get("/")).text).toBe("whole");
    socket.destroy();
  });

  it("is let go where it is the first slice of a file, and the file is asked for once more", async () => {
    const client = edge.client(await aHost({ slice: "64KiB" }));
    let count = 0;
    origin.answers((request, response) => {
      const [, first = 0, last = 0] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
      const length = Number(last) - Number(first) + 1;
      const range = { "content-range": `bytes ${first}-${last}/100000`, "content-length": length };
      response.writeHead(206, { ...FRESH, ...range });
      if (++count === 1) response.write("part");
      else response.end(Buffer.alloc(length, "x"));
    });
    const answer = await client.get("/", { range: "bytes=0-9" });
    expect([answer.status, answer.text]).toEqual([206, "x".repeat(10)]);
  });
});
