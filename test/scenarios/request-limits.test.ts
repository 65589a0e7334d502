// Bodies that are too large: refused at once by their declared length, or on their way by count. No origin sees one as a whole.
import { once } from "node:events";
import net from "node:net";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";
import { sendRaw } from "../support/raw-client.ts";

const KIB = 1_024;

describe("a body that is too large", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  let sites = 0;

  async function aSite(route: object, pool: object = {}) {
    const host = `limits-${++sites}.test`;
    const client = await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }], ...pool } },
      routes: [{ id: "rest", to: "web", cache: "off", ...route } as SiteFile["routes"][number]],
    });
    return { host, client };
  }
  const inChunks = (...sizes: number[]) => Readable.from(sizes.map((size) => Buffer.alloc(size, "x")));

  /** Reads all it gets. Tells whether that ended as a whole request does, or was broken off, and how much came. */
  function reads() {
    const over = aGate();
    const told = { bytes: 0, whole: 0, broken: 0 };
    origin.answers(async (request, response) => {
      request.on("data", (chunk: Buffer) => {
        told.bytes += chunk.length;
      });
      request.on("error", () => {});
      request.on("end", () => {
        told.whole++;
        response.end("stored");
        over.open();
      });
      request.on("aborted", () => {
        told.broken++;
        over.open();
      });
    });
    return { told, over };
  }

  // nginx, client_max_body_size; haproxy, req.body_size; Caddy, request_body: TestMaxBodySize; Envoy, buffer_filter.
  it("is refused by its declared length before any of it is read", async () => {
    const { client } = await aSite({ body: { max: "1KiB" } });
    const { told } = reads();
    const answer = await client.ask("/", { method: "POST", body: "x".repeat(KIB + 1) });
    expect([answer.status, answer.json().title]).toEqual([413, "body-too-large"]);
    expect(told).toEqual({ bytes: 0, whole: 0, broken: 0 });
    expect(await edge.record("/")).toMatchObject({ refusal: "body-too-large", status: 413, origin: null });
  });

  it("is let in up to the last byte", async () => {
    const { client } = await aSite({ body: { max: "1KiB" } });
    const { told } = reads();
    expect((await client.ask("/", { method: "POST", body: "x".repeat(KIB) })).text).toBe("stored");
    expect((await client.ask("/", { method: "POST", body: inChunks(KIB / 2, KIB / 2) })).text).toBe("stored");
    expect(told).toEqual({ bytes: 2 * KIB, whole: 2, broken: 0 });
  });

  it.each([
    ["in one piece", [100 * KIB]],
    ["in many", Array.from({ length: 100 }, () => KIB)],
    ["by its last byte", [64 * KIB, 1]],
  ])("is broken off when it exceeds the limit: in chunks, %s", async (_what, sizes) => {
    const { client } = await aSite({ body: { max: "64KiB" } });
    const { told, over } = reads();
    const answer = await client.ask("/", { method: "POST", body: inChunks(...sizes) });
    expect([answer.status, answer.json().title]).toEqual([413, "body-too-large"]);
    expect(await edge.record("/")).toMatchObject({ refusal: "body-too-large", status: 413 });
    if (origin.seen.length > 0) await over.opened; // the origin may not have been reached yet
    expect(told).toMatchObject({ whole: 0 });
    expect(told.bytes).toBeLessThanOrEqual(64 * KIB);
    expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
  });

  it("is broken off while it is under way, with the connection to the origin", async () => {
    const { host } = await aSite({ body: { max: "4KiB" } });
    const { told, over } = reads();
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    const chunk = `400\r\n${"x".repeat(KIB)}\r\n`;
    socket.write(`POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(2)}`);
    const arrived = once(origin.server, "request");
    await arrived;
    socket.write(chunk.repeat(3));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    await over.opened;
    expect(told).toMatchObject({ whole: 0, broken: 1 });
    socket.destroy();
  });

  it("is not sent a second time, though the method may be repeated", async () => {
    const { client } = await aSite(
      { body: { max: "64KiB" }, retryNonIdempotent: true },
      {
        origins: [
          { id: "a", url: origin.url },
          { id: "b", url: `${origin.url}/b` },
        ],
        retry: { attempts: 3, on: ["connect", "timeout", 502], maxBody: "1KiB" },
      },
    );
    reads();
    const answer = await client.ask("/", { method: "PUT", body: inChunks(32 * KIB, 32 * KIB, 32 * KIB) });
    expect(answer.status).toBe(413);
    expect(origin.seen.length).toBeLessThanOrEqual(1);
  });

  it("is found while it is read for a retry, and then nobody is asked", async () => {
    const { client } = await aSite({ body: { max: "4KiB" } }, { retry: { attempts: 2, maxBody: "64KiB" } });
    reads();
    const answer = await client.ask("/", { method: "PUT", body: inChunks(2 * KIB, 2 * KIB, 2 * KIB) });
    expect([answer.status, answer.json().title]).toEqual([413, "body-too-large"]);
    expect(origin.seen).toEqual([]);
  });

  it("says nothing against the origin", async () => {
    const { client } = await aSite({ body: { max: "4KiB" } }, { outlier: { consecutive: 1 } });
    for (let times = 0; times < 3; times++) {
      reads();
      expect((await client.ask("/", { method: "POST", body: inChunks(3 * KIB, 3 * KIB) })).status).toBe(413);
    }
    reads();
    expect((await client.ask("/", { method: "POST", body: "x" })).text).toBe("stored");
  });

  it("is not what a body is that breaks below the limit", async () => {
    const { host } = await aSite({ body: { max: "4KiB" } });
    const { told, over } = reads();
    const socket = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
    const arrived = once(origin.server, "request");
    const head = `POST /cut HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    socket.write(`${head}400\r\n${"x".repeat(KIB)}\r\n`);
    await arrived;
    socket.write("not a chunk\r\n");
    await over.opened;
    expect(told).toMatchObject({ whole: 0, broken: 1 });
    expect(await edge.record("/cut")).toMatchObject({ refusal: "request-body-broken" });
    socket.destroy();
  });

  // RFC 9110 §10.1.1: a server may answer with a final status at once.
  it("is refused where the client waits for 100 (Continue)", async () => {
    const { host } = await aSite({ body: { max: "1KiB" } });
    const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nConnection: close\r\n`;
    const answer = await sendRaw(edge.url, `${head}Content-Length: 2048\r\n\r\n`);
    expect([answer.status, answer.body]).toEqual([413, expect.stringContaining("body-too-large")]);
    expect(origin.seen).toEqual([]);
  });

  it("of a type that is not taken is refused with 415, in chunks too", async () => {
    const { client } = await aSite({ body: { types: ["application/json"] } });
    const { told } = reads();
    const post = (type: string | string[] | undefined, body: string | Readable = "{}") =>
      client.ask("/", { method: "POST", body, headers: type === undefined ? {} : { "content-type": type } });
    expect((await post("application/json")).status).toBe(200);
    expect((await post("application/json", inChunks(2))).status).toBe(200);
    for (const type of [
      "text/plain",
      undefined,
      ["application/json", "text/plain"],
      ["text/plain", "application/json"],
    ]) {
      expect((await post(type)).status).toBe(415);
      expect((await post(type, inChunks(2))).status).toBe(415);
    }
    expect((await client.ask("/", { method: "POST" })).status).toBe(200); // without a body there is nothing to compare
    expect(told.whole).toBe(3);
  });
});
