import { readFile } from "node:fs/promises";
import net from "node:net";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const edge = useEdge();
const origin = useOrigin();
const MIB = 1024 * 1024;

const siteWith = (timeout: { firstByte?: string; total?: string } = {}): Promise<EdgeClient> =>
  edge.site({
    pools: { web: { origins: [{ id: "a", url: origin.url }], timeout, retry: { attempts: 1 } } },
    routes: [{ id: "rest", cache: "off", to: "web" }],
  });

/** Ends when `event` has fired, so that no test sleeps. */
const once = <T>(wire: (done: (value: T) => void) => void): Promise<T> => new Promise(wire);

describe("200 MB", () => {
  let client: EdgeClient;
  const total = 200 * MIB;
  const chunk = Buffer.alloc(MIB / 4, "x");
  const peakMiB = async () => {
    const status = await readFile(`/proc/${edge.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  };
  function* bytes() {
    for (let sent = 0; sent < total; sent += chunk.length) yield chunk;
  }

  beforeAll(async () => {
    client = await siteWith();
    await client.get("/warm-up");
  });

  it("pass down without being held in memory", async () => {
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-length": total });
      Readable.from(bytes()).pipe(response);
    });
    const before = await peakMiB();
    const { body } = await client.stream("/big");
    let received = 0;
    for await (const part of body) received += (part as Buffer).length;
    expect(received).toBe(total);
    expect((await peakMiB()) - before).toBeLessThan(150);
  });

  it("pass up without being held in memory", async () => {
    let received = 0;
    origin.answers(async (request, response) => {
      for await (const part of request) received += (part as Buffer).length;
      response.end("got it");
    });
    const before = await peakMiB();
    const answer = await client.ask("/big", {
      method: "POST",
      headers: { "content-length": String(total) },
      body: Readable.from(bytes()),
    });
    expect([answer.text, received]).toEqual(["got it", total]);
    expect(origin.last.headers["content-length"]).toBe(String(total));
    expect((await peakMiB()) - before).toBeLessThan(150);
  });
});

describe("server-sent events", () => {
  it("arrive as they are sent: the first before the second is written", async () => {
    let writeSecond = () => {};
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      writeSecond = () => response.end("data: 2\n\n");
    });
    const { body } = await (await siteWith()).stream("/events");
    const parts = body[Symbol.asyncIterator]();
    expect(String((await parts.next()).value)).toBe("data: 1\n\n");
    writeSecond();
    expect(String((await parts.next()).value)).toBe("data: 2\n\n");
  });

  it("arrive as they are sent under a total time-out too", async () => {
    let writeSecond = () => {};
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      writeSecond = () => response.end("data: 2\n\n");
    });
    const { body } = await (await siteWith({ total: "10s" })).stream("/events");
    const parts = body[Symbol.asyncIterator]();
    expect(String((await parts.next()).value)).toBe("data: 1\n\n");
    writeSecond();
    expect(String((await parts.next()).value)).toBe("data: 2\n\n");
    expect((await parts.next()).done).toBe(true);
  });
});

describe("a client that hangs up", () => {
  // The runtime notices with the next bytes that it cannot hand on; a stream that stays silent stays open.
  it("while the body streams closes the connection to the origin", async () => {
    const closed = once<void>((done) => {
      origin.answers((_request, response) => {
        response.writeHead(200);
        const ticking = setInterval(() => response.write("tick"), 20);
        response.on("close", () => {
          clearInterval(ticking);
          done();
        });
      });
    });
    const { body } = await (await siteWith()).stream("/endless");
    await body[Symbol.asyncIterator]().next();
    body.on("error", () => {}); // the abort below, as this client sees it
    body.destroy();
    await closed;
  });

  it("while the edge waits for the origin leaves it to the time-out, and harms nobody", async () => {
    const closed = once<void>((done) => {
      origin.answers((request) => void request.socket.on("close", done));
    });
    const client = await siteWith({ firstByte: "300ms" });
    const asked = client.get("/silent");
    void asked.catch(() => {});
    await new Promise((resolve) => origin.server.once("request", resolve));
    await client.close();
    await closed;
  });
});

describe("time-outs", () => {
  it("end the wait for the first byte", async () => {
    origin.answers(() => {}); // never
    const answer = await (await siteWith({ firstByte: "200ms" })).get("/silent");
    expect(answer.status).toBe(504);
    expect(answer.json()).toMatchObject({
      title: "origin-timeout",
      detail: expect.stringContaining("200 ms"),
    });
  });

  it("end a body that takes longer than the total: a broken transfer, and a closed origin connection", async () => {
    const closed = once<void>((done) => {
      origin.answers((_request, response) => {
        response.on("close", done);
        response.writeHead(200, { "content-length": 1000 });
        response.write("first");
      });
    });
    const client = await siteWith({ total: "400ms" });
    const { statusCode, headers, body } = await client.stream("/slow");
    expect([statusCode, headers["content-length"]]).toEqual([200, "1000"]);
    await expect(body.text()).rejects.toThrow();
    await closed;
  });

  it("leave a body alone that is whole in time", async () => {
    origin.answers((_request, response) => void response.end("whole"));
    const answer = await (await siteWith({ total: "5s" })).get("/quick");
    expect([answer.status, answer.text, answer.header("content-length")]).toEqual([200, "whole", "5"]);
  });
});

describe("a request body cut short", () => {
  it("reaches no origin as a whole one, and the next request works", async () => {
    const client = await siteWith();
    const bodies: string[] = [];
    const ended = once<string>((done) => {
      origin.answers((request, response) => {
        let body = "";
        request.on("data", (part) => (body += String(part)));
        request.on("end", () => response.end(bodies.push(body) && "ok"));
        request.on("close", () => done(request.complete ? "complete" : "cut"));
      });
    });
    const host = `site-cut.test`;
    await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "rest", to: "web" }],
    });
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    socket.write(`POST /up HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\nonly this much`);
    await new Promise((resolve) => origin.server.once("request", resolve));
    socket.destroy();
    expect(await ended).toBe("cut");
    expect(bodies).toEqual([]);
    expect((await client.ask("/up", { method: "POST", body: "all" })).status).toBe(200);
    expect(bodies).toEqual(["all"]);
  });
});

it("nothing of all this is an unhandled exception", async () => {
  await edge.settled();
  expect(edge.output).toEqual([]);
});
