// A file in slices is validated, waited for and served stale by the same rules as any other response.
import { describe, expect, it } from "vitest";
import type { Answer, EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aFile, serves, type Version } from "../support/file-server.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";

const SLICE = 65_536;
const HEADERS = { etag: '"v1"', "cache-control": "max-age=60", "content-type": "video/x" };
const V1: Version = { file: aFile(5 * SLICE + 1_000), headers: HEADERS };
const V2: Version = { file: aFile(4 * SLICE, 7), headers: { ...HEADERS, etag: '"v2"' } };

describe("a file in slices", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  let sites = 0;

  async function clients(count: number, cache: object = {}): Promise<EdgeClient[]> {
    origin.answers(serves(V1));
    const host = `like-the-whole-${++sites}.test`;
    await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web", cache: { slice: "64KiB", ...cache } }],
    });
    return Array.from({ length: count }, () => edge.client(host));
  }

  async function aClient(cache: object = {}): Promise<EdgeClient> {
    const [client] = await clients(1, cache);
    if (!client) throw new Error("no client was made");
    return client;
  }

  async function get(client: EdgeClient, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await client.get("/file", headers);
    await edge.settled();
    return answer;
  }

  /** What the origin has been asked since: the first byte of each range, and the conditions. */
  function asked(): string[] {
    const told = origin.seen.map(({ method, headers }) => {
      const range = /^bytes=(\d+)-/.exec(headers.range ?? "")?.[1];
      const what = range === undefined ? "whole" : `slice ${Number(range) / SLICE}`;
      return [method === "GET" ? what : method, headers["if-none-match"] ?? ""].join(" ").trim();
    });
    origin.seen = [];
    return told;
  }

  const isFile = (answer: Answer, { file }: Version) => Buffer.compare(answer.bytes, file) === 0;

  it("is validated in slices after a client's own condition too", async () => {
    const client = await aClient({ staleWhileRevalidate: "1h" });
    await get(client);
    await edge.advance(100_000);
    asked();
    const answer = await get(client, { "if-none-match": '"v1"' });
    expect(answer.status).toBe(304);
    expect(answer.header("cache-status")).toMatch(/detail=stale-while-revalidate$/);
    expect(asked()).toEqual(['slice 0 "v1"']);
  });

  it("stays in slices after a 304, however long it is", async () => {
    const client = await aClient({ maxObject: "100KiB" });
    await get(client);
    await edge.advance(100_000);
    asked();
    expect((await get(client)).header("cache-status")).toBe("headgate; fwd=stale; fwd-status=304; stored");
    expect(asked()).toEqual(['slice 0 "v1"']);
    expect((await get(client)).header("cache-status")).toMatch(/^headgate; hit/);
    expect(asked()).toEqual([]);
  });

  it("is asked for anew, and in slices, if a 304 is about another version", async () => {
    const client = await aClient();
    await get(client);
    await edge.advance(100_000);
    asked();
    const answering = serves(V2);
    origin.answers((request, response, seen) => {
      if (request.headers["if-none-match"] === undefined) return answering(request, response, seen);
      response.writeHead(304, V2.headers).end();
    });
    expect(isFile(await get(client), V2)).toBe(true);
    expect(asked()).toEqual(['slice 0 "v1"', "slice 0", "slice 1", "slice 2", "slice 3"]);
  });

  it("is learnt by the next of those who wait if the first fails", async () => {
    const crowd = await clients(10);
    const gate = aGate();
    const answering = serves(V1);
    let count = 0;
    origin.answers(async (request, response, seen) => {
      const n = ++count;
      await gate.opened;
      if (n === 1) request.socket.resetAndDestroy();
      else await answering(request, response, seen);
    });
    const answers = crowd.map((client) => client.get("/file"));
    await edge.until("all are at the edge", ({ inFlight }) => inFlight === crowd.length);
    gate.open();
    const arrived = await Promise.all(answers);
    await edge.settled();
    expect(arrived.filter(({ status }) => status === 502)).toHaveLength(1);
    expect(arrived.filter((answer) => isFile(answer, V1))).toHaveLength(9);
    expect(asked()).toEqual(["slice 0", "slice 0", "slice 1", "slice 2", "slice 3", "slice 4", "slice 5"]);
  });

  it("is learnt by another if the first asks for what lies beyond its end", async () => {
    const [first, ...others] = await clients(5);
    const gate = aGate();
    const firstIsAsked = aGate();
    const answering = serves(V1);
    origin.answers(async (request, response, seen) => {
      firstIsAsked.open();
      await gate.opened;
      await answering(request, response, seen);
    });
    const beyond = first?.get("/file", { range: "bytes=99999999-" });
    await firstIsAsked.opened;
    const answers = others.map((client) => client.get("/file"));
    await edge.until("all are at the edge", ({ inFlight }) => inFlight === 5);
    gate.open();
    expect((await beyond)?.status).toBe(416);
    expect((await Promise.all(answers)).every((answer) => isFile(answer, V1))).toBe(true);
    await edge.settled();
    expect(asked().slice(1)).toEqual(["slice 0", "slice 1", "slice 2", "slice 3", "slice 4", "slice 5"]);
  });

  it("does not make others wait for a request with credentials", async () => {
    const [withThem, ...others] = await clients(3);
    const gate = aGate();
    const asking = aGate();
    const answering = serves(V1);
    origin.answers(async (request, response, seen) => {
      if (request.headers.authorization !== undefined) {
        asking.open();
        await gate.opened;
      }
      await answering(request, response, seen);
    });
    const held = withThem?.get("/file", { authorization: "Basic eDp5" });
    await asking.opened;
    const answers = await Promise.all(others.map((client) => client.get("/file")));
    expect(answers.every((answer) => isFile(answer, V1))).toBe(true);
    expect(asked().slice(0, 3)).toEqual(["slice 0", "slice 0", "slice 1"]);
    gate.open();
    const answer = await held;
    expect(answer && isFile(answer, V1)).toBe(true);
    await edge.settled();
  });

  it("stands in for a failing origin only with what is stored: the origin is not asked again", async () => {
    const client = await aClient({ staleIfError: "1h" });
    await get(client, { range: "bytes=0-9" });
    await edge.advance(100_000);
    asked();
    origin.answers((_request, response) => void response.writeHead(503).end("out of order"));
    const stored = await get(client, { range: "bytes=0-9" });
    expect([stored.status, stored.header("cache-status")]).toEqual([
      206,
      "headgate; fwd=stale; fwd-status=503; detail=stale-if-error",
    ]);
    const missing = await get(client, { range: `bytes=${SLICE}-${SLICE + 9}` });
    expect([missing.status, missing.text]).toEqual([503, "out of order"]);
    expect(asked()).toEqual(['slice 0 "v1"', 'slice 1 "v1"']);
  });

  it("that has become private is not served stale once the refresh in the background has learnt it", async () => {
    const client = await aClient({ staleWhileRevalidate: "1h" });
    await get(client);
    await edge.advance(100_000);
    asked();
    origin.answers(serves({ ...V2, headers: { ...V2.headers, "cache-control": "private" } }));
    expect(isFile(await get(client), V1)).toBe(true);
    expect(asked()).toEqual(['slice 0 "v1"', "whole"]);
    expect(isFile(await get(client), V2)).toBe(true);
  });
});
