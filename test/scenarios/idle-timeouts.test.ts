// Bodies that stand still, in both directions, over TCP. What is asked for here is what nginx promises of proxy_read_timeout
// and client_body_timeout (nginx-tests: proxy_read_timeout.t, http_proxy client body tests), HAProxy of `timeout client` and
// `timeout server` (reg-tests/http-messaging), and Envoy of stream_idle_timeout (idle_timeout_integration_test.cc): a limit
// between two reads, not for all of them; a broken transfer, not a short one; and 408 for a client that stalls.
import net from "node:net";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { afterBody, inOrder, replies, useOrigin } from "../support/origin.ts";
import { rawGet } from "../support/raw-client.ts";

type Timeout = { firstByte?: string; idle?: string; total?: string };

describe("a body that stands still", () => {
  const edge = useEdge();
  const origin = useOrigin();
  const other = useOrigin(replies(["from the other"]));

  let sites = 0;
  async function aHost(
    timeout: Timeout,
    route: object = { cache: "off" },
    rest: Partial<SiteFile> = {},
  ): Promise<string> {
    const host = `idle-${++sites}.test`;
    await edge.site({
      ...rest,
      hosts: [host],
      pools: {
        web: {
          ...inOrder(origin, other),
          timeout,
        },
      },
      routes: [{ id: "all", to: "web", ...route }],
    });
    return host;
  }

  /** Sends these bytes, and leaves the connection open. */
  function connected(bytes: string): { socket: net.Socket; received(): string; closed: Promise<void> } {
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    let received = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.write(bytes);
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    return { socket, received: () => received, closed };
  }

  describe("on its way down", () => {
    const FRAMINGS = [{ "content-length": "1000" }, { "transfer-encoding": "chunked" }];
    for (const framing of FRAMINGS) {
      for (const cache of ["off", {}] as const) {
        const what = `${Object.keys(framing)}, cache ${cache === "off" ? "off" : "on"}`;
        it(`is cut off, and seen to be: ${what}`, async () => {
          const closedAtOrigin = aGate();
          origin.answers((_request, response) => {
            response.on("close", () => closedAtOrigin.open());
            response.writeHead(200, { ...framing, "cache-control": "max-age=60" }).write("half of it");
          });
          const { received, closed } = connected(rawGet("/", await aHost({ idle: "200ms" }, { cache })));
          await Promise.all([closed, closedAtOrigin.opened]);
          expect(received()).toContain("half of it");
          expect(received()).not.toMatch(/0\r\n\r\n$/);
          const again = await edge.client(`idle-${sites}.test`).stream("/"); // nothing of it was stored
          expect(again.headers["cache-status"] ?? "").not.toContain("hit");
          again.body.destroy();
          again.body.on("error", () => {});
        });
      }
    }

    it("is cut off though the edge is not told that its client has gone", async () => {
      const closedAtOrigin = aGate();
      let closed = 0;
      origin.answers((_request, response) => {
        response.on("close", () => ++closed === 5 && closedAtOrigin.open());
        response.writeHead(200).write("part");
      });
      const host = await aHost({ idle: "300ms" });
      for (let client = 0; client < 5; client++) {
        const { socket } = connected(rawGet("/", host));
        socket.on("data", () => socket.destroy()); // one FIN
      }
      await closedAtOrigin.opened;
      expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
    });

    it("may take as long as it likes while it moves", async () => {
      origin.answers(async (_request, response) => {
        response.writeHead(200);
        for (let part = 0; part < 6; part++) {
          response.write(`${part} `);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        response.end("end");
      });
      const client = edge.client(await aHost({ idle: "400ms" }));
      expect((await client.get("/")).text).toBe("0 1 2 3 4 5 end");
    });

    it("is cut off where the client reads nothing of it", async () => {
      const closedAtOrigin = aGate();
      origin.answers((_request, response) => {
        response.on("close", () => closedAtOrigin.open());
        response.writeHead(200).end(Buffer.alloc(32 * 1_048_576));
      });
      const host = await aHost({ idle: "300ms" });
      const { socket } = connected(rawGet("/", host));
      socket.pause();
      await closedAtOrigin.opened;
      socket.destroy();
    });

    it("passes unchanged if it does not stand still, with its length", async () => {
      const body = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
      origin.answers((_request, response) => {
        response.writeHead(200, { "content-length": body.length }).end(body);
      });
      const answer = await edge.client(await aHost({ idle: "5s", total: "10s" })).get("/");
      expect([answer.header("content-length"), Buffer.from(answer.bytes).equals(body)]).toEqual([
        "300000",
        true,
      ]);
    });

    it("is stored and counted like any other", async () => {
      const body = Buffer.alloc(300_000, "abc");
      origin.answers((_request, response) => {
        response.writeHead(200, { "content-length": body.length, "cache-control": "max-age=60" }).end(body);
      });
      const host = await aHost({ idle: "5s", total: "10s" }, {}, { log: { bytes: "sent" } });
      const first = await edge.client(host).get("/stored");
      expect(Buffer.from(first.bytes).equals(body)).toBe(true);
      expect(await edge.record("/stored")).toMatchObject({
        bytes: 300_000,
        ended: "whole",
        cache: "uri-miss",
      });
      const second = await edge.client(host).get("/stored");
      expect(second.header("cache-status")).toMatch(/^headgate; hit/);
      expect(Buffer.from(second.bytes).equals(body)).toBe(true);
    });

    it("has no body and needs none", async () => {
      origin.answers((request, response) => {
        response.writeHead(request.url === "/204" ? 204 : 200, {}).end();
      });
      const client = edge.client(await aHost({ idle: "5s" }));
      expect((await client.get("/204")).status).toBe(204);
      expect([(await client.get("/")).status, (await client.get("/")).text]).toEqual([200, ""]);
      expect((await client.ask("/", { method: "HEAD" })).status).toBe(200);
    });

    it("is cut off by the total too", async () => {
      origin.answers((_request, response) => {
        response.writeHead(200).write("part");
        const more = setInterval(() => response.write("part"), 50);
        response.on("close", () => clearInterval(more));
      });
      const client = edge.client(await aHost({ idle: "5s", total: "300ms" }));
      await expect(client.get("/")).rejects.toThrow();
    });

    it("may stand still on a route that says so", async () => {
      origin.answers((_request, response) => {
        response.writeHead(200).write("event ");
        setTimeout(() => response.end("event"), 500);
      });
      const route = { cache: "off", timeout: { idle: "off" } };
      expect((await edge.client(await aHost({ idle: "100ms" }, route)).get("/")).text).toBe("event event");
    });
  });

  describe("on its way up", () => {
    const half = (host: string, method: string) =>
      `${method} /upload HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 1000\r\n\r\nhalf of it`;

    it("is refused with 408, and its origin let go of and not blamed", async () => {
      const closedAtOrigin = aGate();
      origin.answers((request) => void request.socket.on("close", () => closedAtOrigin.open()));
      const host = await aHost({ idle: "200ms" });
      const { received, closed } = connected(half(host, "POST"));
      await Promise.all([closed, closedAtOrigin.opened]);
      expect(received()).toMatch(/^HTTP\/1\.1 408 /);
      expect(received()).toContain('"title":"request-body-stalled"');
      expect(await edge.record("/upload")).toMatchObject({ status: 408, refusal: "request-body-stalled" });
      origin.answers(replies(["from a"]));
      expect((await edge.client(host).get("/")).text).toBe("from a");
    });

    it("is refused with 408 while it is kept for a retry, and no origin is asked", async () => {
      for (const timeout of [{ idle: "200ms" }, { total: "200ms" }]) {
        const { received, closed } = connected(half(await aHost(timeout), "PUT"));
        await closed;
        expect(received()).toMatch(/^HTTP\/1\.1 408 /);
      }
      expect([...origin.seen, ...other.seen]).toEqual([]);
    });

    it("counts for the total, and its origin is not blamed", async () => {
      origin.answers(() => {});
      const host = await aHost({ total: "300ms" });
      const { received, closed } = connected(half(host, "POST"));
      await closed;
      expect(received()).toMatch(/^HTTP\/1\.1 504 /);
      origin.answers(replies(["from a"]));
      expect((await edge.client(host).get("/")).text).toBe("from a");
    });

    it("is the origin's time-out if the origin takes nothing of it", async () => {
      origin.answers((request) => void request.socket.pause());
      const client = edge.client(await aHost({ idle: "300ms", firstByte: "500ms" }));
      const answer = await client.ask("/", { method: "POST", body: Buffer.alloc(32 * 1_048_576) });
      expect([answer.status, answer.json().title]).toEqual([504, "origin-timeout"]);
    });

    it("is the origin's time-out, and held against it, where the site says nothing of `idle`: 60 s by default", async () => {
      origin.answers((request) => void request.socket.pause());
      const client = edge.client(await aHost({ firstByte: "500ms" }));
      await edge.control({ longestWaitMs: 300 });
      const answer = await client.ask("/", { method: "POST", body: Buffer.alloc(32 * 1_048_576) });
      await edge.control({ longestWaitMs: null });
      expect([answer.status, answer.json().title]).toEqual([504, "origin-timeout"]);
      origin.answers(replies(["from a"]));
      expect((await client.ask("/", { method: "POST", body: "short" })).text).toBe("from the other");
    });

    it("may stand still at an origin for longer than that on a route that says so", async () => {
      origin.answers((request, response) => {
        request.socket.pause();
        setTimeout(() => request.socket.resume(), 600);
        request.resume().on("end", () => response.end("all of it"));
      });
      const client = edge.client(
        await aHost({ firstByte: "5s" }, { cache: "off", timeout: { idle: "off" } }),
      );
      await edge.control({ longestWaitMs: 100 });
      const answer = await client.ask("/", { method: "POST", body: Buffer.alloc(32 * 1_048_576) });
      await edge.control({ longestWaitMs: null });
      expect([answer.status, answer.text]).toEqual([200, "all of it"]);
    });

    it("passes unchanged while it moves", async () => {
      let length = 0;
      origin.answers((request, response) => {
        request.on("data", (chunk: Buffer) => {
          length += chunk.length;
        });
        request.on("end", () => response.end(`${length} ${request.headers["content-length"]}`));
      });
      const client = edge.client(await aHost({ idle: "2s" }));
      const answer = await client.ask("/", { method: "POST", body: Buffer.alloc(3_000_000) });
      expect(answer.text).toBe("3000000 3000000");
    });
  });

  describe("time-outs of a route", () => {
    it("replace those of the pool one by one, for that route alone", async () => {
      const host = `idle-${++sites}.test`;
      const routes = [
        { id: "slow", match: { path: "/report" }, to: "web", timeout: { firstByte: "5s" } },
        { id: "rest", to: "web" },
      ];
      const pools = { web: { origins: [{ id: "a", url: origin.url }], timeout: { firstByte: "150ms" } } };
      await edge.site({ hosts: [host], pools, routes });
      origin.answers(afterBody((_request, response) => void setTimeout(() => response.end("done"), 400)));
      const client = edge.client(host);
      expect((await client.get("/report")).text).toBe("done");
      expect((await client.get("/other")).status).toBe(504);
    });
  });
});
