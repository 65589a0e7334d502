// The bytes of a record: as the response declares them, or as they were sent.
import { describe, expect, it } from "vitest";
import { useLoggedEdge } from "../support/logged-edge.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { Conversation } from "../support/wire.ts";

const KB = "x".repeat(1_000);
const MB = 1_000_000;

describe("the bytes of a response", () => {
  const origin = useOrigin();
  const proxy = () => ({
    pools: { web: { origins: [{ id: "o", url: origin.url }] } },
    routes: [
      { id: "own", match: { path: "/own/*" }, respond: { body: "mine" } },
      { id: "sliced", match: { path: "/sliced/*" }, cache: { slice: "64KiB" as const }, to: "web" },
      { id: "rest", to: "web" },
    ],
  });
  const edge = useLoggedEdge(() => ({
    declared: proxy(),
    counted: { ...proxy(), log: { bytes: "sent" as const } },
  }));
  const ask = async (site: string, path: string) => {
    const answer = await edge.client(site).get(path);
    return { answer, record: await edge.record(path) };
  };

  describe("as declared", () => {
    it("are its Content-Length, whatever becomes of it", async () => {
      origin.answers((_request, response) => {
        response.writeHead(200, { "content-length": 2 * MB }).write(KB);
        setTimeout(() => response.destroy(), 20);
      });
      const client = new Conversation(edge.url);
      await client.say(rawGet("/breaks", "declared.test"));
      expect(await edge.record("/breaks")).toMatchObject({ bytes: 2 * MB, totalMs: null, ended: null });
    });

    it("are unknown for a stream without one", async () => {
      origin.answers((_request, response) => {
        response.write(KB);
        response.end(KB);
      });
      expect((await ask("declared", "/chunked")).record.bytes).toBeNull();
    });
  });

  describe("as sent", () => {
    it.each([
      ["with a declared length", "/whole", { "content-length": String(10 * MB) }],
      ["without one", "/whole-chunked", {}],
    ])("are counted of a whole body %s, which arrives as it is", async (_what, path, fields) => {
      const body = Buffer.alloc(10 * MB, "0123456789abcdefghijklmnopqrstuvwxyz");
      origin.answers((_request, response) => {
        response.writeHead(200, fields).write(body.subarray(0, 5));
        setTimeout(() => response.end(body.subarray(5)), 50);
      });
      const { answer, record } = await ask("counted", path);
      expect(Buffer.compare(Buffer.from(answer.bytes), body)).toBe(0);
      expect(answer.header("content-length")).toBe("content-length" in fields ? String(10 * MB) : null);
      expect(record).toMatchObject({ bytes: 10 * MB, ended: "whole", status: 200 });
      expect(record.totalMs).toBeGreaterThanOrEqual(record.ms);
      expect(record.totalMs).toBeGreaterThanOrEqual(45);
    });

    it("arrive without waiting for more", async () => {
      const { promise: heard, resolve } = Promise.withResolvers<void>();
      origin.answers(async (_request, response) => {
        response.writeHead(200, { "content-length": 10 }).write("first");
        await heard;
        response.end("later");
      });
      const client = new Conversation(edge.url);
      await client.say(rawGet("/bit-by-bit", "counted.test"));
      await client.heard("first");
      resolve();
      await client.heard("later");
      expect(await edge.record("/bit-by-bit")).toMatchObject({ bytes: 10, ended: "whole" });
    });

    it("are those before the origin broke off, and the client's transfer breaks too", async () => {
      origin.answers((_request, response) => {
        response.writeHead(200, { "content-length": 2 * MB }).write(KB);
        setTimeout(() => response.destroy(), 20);
      });
      const { body } = await sendRaw(edge.url, rawGet("/broken-off", "counted.test"));
      expect(body).toBe(KB);
      expect(await edge.record("/broken-off")).toMatchObject({ bytes: 1_000, ended: "origin-broke" });
    });

    it("are those before the client left, told when more bytes cannot be sent", async () => {
      const left = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      origin.answers(async (_request, response) => {
        response.writeHead(200, { "content-length": 2 * MB }).write(KB);
        await left.promise;
        const more = setInterval(() => response.write(KB), 5);
        response.on("close", () => {
          clearInterval(more);
          closed.resolve();
        });
      });
      const client = new Conversation(edge.url);
      await client.say(rawGet("/left", "counted.test"));
      await client.heard(KB);
      client.hangUp();
      left.resolve();
      const record = await edge.record("/left");
      expect(record).toMatchObject({ ended: "client-left", status: 200 });
      expect(record.bytes).toBeGreaterThanOrEqual(1_000);
      expect(record.bytes).toBeLessThan(MB);
      await closed.promise; // the connection to the origin is not left open
    });

    it("are fewer than all where the client leaves a long body", async () => {
      origin.answers((_request, response) => {
        response.writeHead(200, { "content-length": 50 * MB }).end(Buffer.alloc(50 * MB));
      });
      const client = new Conversation(edge.url);
      client.pause();
      await client.say(rawGet("/left-early", "counted.test"));
      await expect.poll(() => origin.seen.length).toBe(1);
      client.hangUp();
      const record = await edge.record("/left-early");
      expect(record).toMatchObject({ ended: "client-left", status: 200 });
      expect(record.bytes).toBeLessThan(50 * MB);
    });

    it("are those of a body that the edge puts together from slices", async () => {
      const file = Buffer.alloc(200_000, "abc");
      origin.answers((request, response) => {
        const [, from = "", to = ""] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
        const part = file.subarray(Number(from), Number(to) + 1);
        response
          .writeHead(206, {
            etag: '"1"',
            "cache-control": "max-age=60",
            "content-range": `bytes ${from}-${Number(from) + part.length - 1}/${file.length}`,
            "content-length": part.length,
          })
          .end(part);
      });
      const { answer, record } = await ask("counted", "/sliced/file");
      expect(Buffer.compare(Buffer.from(answer.bytes), file)).toBe(0);
      expect(answer.header("content-length")).toBe("200000");
      expect(record).toMatchObject({ bytes: 200_000, ended: "whole" });
    });

    it("are not counted where there is nothing to count", async () => {
      origin.answers((_request, response) => void response.end("hello"));
      expect((await ask("counted", "/own/a")).record).toMatchObject({ bytes: 4, ended: null });
      await edge.client("counted").ask("/headed", { method: "HEAD" });
      expect(await edge.record("/headed")).toMatchObject({ bytes: 0, ended: null, method: "HEAD" });
      origin.answers((_request, response) => void response.writeHead(304, { etag: '"1"' }).end());
      await edge.client("counted").get("/not-modified", { "if-none-match": '"1"' });
      expect(await edge.record("/not-modified")).toMatchObject({ bytes: 0, status: 304 });
    });
  });

  it("leave no uncaught exception behind", () => {
    expect(edge.printed.filter(({ stream }) => stream === "stderr")).toEqual([]);
  });
});
