// The place that an attempt holds at its origin is given back on every ending: on a bare workerd, over TCP.
import { createHash } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { bundleWorker, COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../cli/standalone/bundle.ts";
import { type RunningWorkerd, runWorkerd } from "../../cli/standalone/run-workerd.ts";
import { EdgeClient } from "../support/client.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";

describe("the place of an attempt", () => {
  const origin = useOrigin();
  const output: string[] = [];
  let worker: RunningWorkerd;
  let client: EdgeClient;
  let counter: EdgeClient;
  let sockets: WebSocketServer;

  beforeAll(async () => {
    worker = await runWorkerd({
      worker: await bundleWorker(path.join(import.meta.dirname, "../support/counting-worker.ts")),
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: COMPATIBILITY_FLAGS,
      sites: {},
      address: "127.0.0.1:0",
      vars: {},
      onOutput: (line) => output.push(line),
    });
    client = new EdgeClient(`http://127.0.0.1:${worker.port}`, "counting.test");
    counter = new EdgeClient(`http://127.0.0.1:${worker.port}`, "counting.test");
    sockets = new WebSocketServer({ server: origin.server, path: "/ws" });
  });
  afterAll(async () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    await Promise.all([client.close(), counter.close()]);
    await worker.stop();
  });
  /** Whatever happened, nothing stays. */
  afterEach(() => inFlightBecomes(0));

  const inFlight = async () => Number((await counter.ask("/in-flight")).text);

  async function inFlightBecomes(wanted: number): Promise<void> {
    for (let look = 0; look < 2_000; look++) if ((await inFlight()) === wanted) return;
    throw new Error(`${await inFlight()} in flight, not ${wanted}`);
  }

  const ask = (target: string, headers: Record<string, string> = {}) =>
    client.ask(target, { headers: { "x-origin": origin.url, ...headers } });

  /** A client that hangs up when it is told. */
  async function aClientThatLeaves(target: string): Promise<net.Socket> {
    const socket = net.connect(worker.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(`GET ${target} HTTP/1.1\r\nHost: counting.test\r\nX-Origin: ${origin.url}\r\n\r\n`);
    return socket;
  }

  it("is held until the end of the body", async () => {
    const goOn = aGate();
    origin.answers(async (_request, response) => {
      response.writeHead(200, { "content-length": "10" }).write("begin");
      await goOn.opened;
      response.end("ended");
    });
    const answer = ask("/");
    await inFlightBecomes(1);
    goOn.open();
    expect((await answer).text).toBe("beginended");
  });

  it("is held while the origin has not answered", async () => {
    const goOn = aGate();
    origin.answers(async (_request, response) => {
      await goOn.opened;
      response.end("late");
    });
    const answer = ask("/");
    await inFlightBecomes(1);
    goOn.open();
    expect((await answer).text).toBe("late");
  });

  for (const status of [200, 204, 304, 404]) {
    it(`is given back by an answer without a body: ${status}`, async () => {
      origin.answers((_request, response) => void response.writeHead(status).end());
      expect((await ask("/")).status).toBe(status);
    });
  }

  it("is given back if there was no connection", async () => {
    expect((await ask("/", { "x-origin": "http://127.0.0.1:1" })).status).toBe(502);
  });

  it("is given back if the origin resets the connection instead of answering", async () => {
    origin.answers((request) => void request.socket.resetAndDestroy());
    expect((await ask("/")).status).toBe(502);
  });

  it("is given back after a time-out, and the origin's connection is closed", async () => {
    const closed = aGate();
    origin.answers((request) => void request.socket.on("close", closed.open));
    expect((await ask("/", { "x-first-byte-ms": "50" })).status).toBe(502);
    await closed.opened;
  });

  it("is given back if the origin cuts the body off", async () => {
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-length": "1000" }).write("half", () => response.destroy());
    });
    await expect(ask("/")).rejects.toThrow();
  });

  it("is given back if the total time-out cuts the body off", async () => {
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-length": "1000" }).write("half");
    });
    await expect(ask("/", { "x-total-ms": "200" })).rejects.toThrow();
  });

  it("is given back if the client hangs up during the body", async () => {
    origin.answers((request, response) => {
      response.writeHead(200);
      const drops = setInterval(() => response.write("drop"), 10);
      request.socket.on("close", () => clearInterval(drops));
    });
    const socket = await aClientThatLeaves("/");
    await once(socket, "data");
    expect(await inFlight()).toBe(1);
    socket.destroy();
  });

  it("is given back if the client hangs up before the answer", async () => {
    const goOn = aGate();
    origin.answers(async (_request, response) => {
      await goOn.opened;
      response.end("nobody reads this");
    });
    const socket = await aClientThatLeaves("/");
    await inFlightBecomes(1);
    socket.destroy();
    goOn.open();
  });

  describe("of a WebSocket", () => {
    async function open(): Promise<{ here: WebSocket; there: WebSocket }> {
      const accepted = once(sockets, "connection") as Promise<[WebSocket]>;
      const here = new WebSocket(`ws://127.0.0.1:${worker.port}/ws`, {
        headers: { host: "counting.test", "x-origin": origin.url },
      });
      await once(here, "open");
      const [there] = await accepted;
      return { here, there };
    }
    const closing = async (socket: WebSocket) => {
      const [code, reason] = (await once(socket, "close")) as [number, Buffer];
      return [code, reason.toString()];
    };

    it("is held while it is open, and it carries text and bytes both ways", async () => {
      const { here, there } = await open();
      expect(await inFlight()).toBe(1);
      for (const [from, to] of [
        [here, there],
        [there, here],
      ] as const) {
        const text = once(to, "message");
        from.send("text");
        expect(String((await text)[0])).toBe("text");
        const bytes = once(to, "message");
        from.send(Buffer.from([0, 255]));
        expect(await bytes).toEqual([Buffer.from([0, 255]), true]);
      }
      here.terminate();
    });

    it("is given back if the client closes it, and the origin is told how", async () => {
      const { here, there } = await open();
      const closed = closing(there);
      here.close(4001, "enough");
      expect(await closed).toEqual([4001, "enough"]);
    });

    it("is given back if the origin closes it, and the client is told how", async () => {
      const { here, there } = await open();
      const closed = closing(here);
      there.close(4002, "moved");
      expect(await closed).toEqual([4002, "moved"]);
    });

    it("is given back if one side closes it without a code", async () => {
      const { here, there } = await open();
      const closed = closing(there);
      here.close();
      expect(await closed).toEqual([1005, ""]);
    });

    // RFC 6455 §7.4: 1004 and 1015 are never sent, and codes below 1000 or from 5000 mean nothing.
    for (const code of [0, 999, 1004, 1015, 5000]) {
      it(`is given back, and the origin's side is closed, if the client closes it with a code that may not be sent: ${code}`, async () => {
        const accepted = once(sockets, "connection") as Promise<[WebSocket]>;
        const socket = net.connect(worker.port, "127.0.0.1");
        socket.write(
          `GET /ws HTTP/1.1\r\nHost: counting.test\r\nX-Origin: ${origin.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        );
        const [there] = await accepted;
        await once(socket, "data");
        const closed = closing(there);
        socket.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, code >> 8, code & 255]));
        expect((await closed)[0]).toBe(1001);
        socket.destroy();
      });
    }

    it("is given back if the client vanishes", async () => {
      const { here, there } = await open();
      const closed = closing(there);
      here.terminate();
      expect((await closed)[0]).toBe(1001);
    });

    it("is given back if the client leaves, and an origin that never answers a close loses its connection", async () => {
      const left = Promise.withResolvers<void>();
      const hanging = net.createServer((socket) => {
        socket.on("error", () => {}).on("close", left.resolve);
        socket.once("data", (asked) => {
          const key = /^sec-websocket-key: *(\S+)/im.exec(String(asked))?.[1];
          const accept = createHash("sha1")
            .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
            .digest("base64");
          socket.write(
            `HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
          );
        });
      });
      await once(hanging.listen(0, "127.0.0.1"), "listening");
      const at = `http://127.0.0.1:${(hanging.address() as net.AddressInfo).port}`;
      const here = new WebSocket(`ws://127.0.0.1:${worker.port}/ws`, {
        headers: { host: "counting.test", "x-origin": at, "x-closing-ms": "20" },
      });
      await once(here, "open");
      here.terminate();
      await left.promise;
      hanging.close();
    });

    it("is given back if the origin vanishes", async () => {
      const { here, there } = await open();
      const closed = closing(here);
      there.terminate();
      expect((await closed)[0]).toBe(1014);
    });
  });

  it("causes no uncaught exception in the Worker", () => {
    expect(output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
  });
});
