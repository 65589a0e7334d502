import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type MockOrigin, startMockOrigin } from "../../../origin-mock/start.ts";

describe("a mock origin", () => {
  let origin: MockOrigin;
  beforeAll(async () => {
    origin = await startMockOrigin({ name: "a", port: 0 });
  });
  afterAll(() => origin.stop());
  const ask = (path: string, init?: RequestInit) => fetch(origin.url + path, init);

  it("names itself on its page and in x-origin", async () => {
    const answer = await ask("/");
    expect(answer.headers.get("x-origin")).toBe("a");
    expect(await answer.text()).toContain("<h1>Origin a</h1>");
  });

  it.each([200, 204, 304, 404, 503])("answers %i when told", async (status) => {
    expect((await ask(`/status/${status}`)).status).toBe(status);
  });

  it("waits before the header as long as told", async () => {
    const before = performance.now();
    await ask("/slow/100");
    expect(performance.now() - before).toBeGreaterThanOrEqual(99);
  });

  it("drips a body of the size told, in pieces", async () => {
    const answer = await ask("/drip?bytes=10&ms=30&chunks=3");
    const pieces: number[] = [];
    for await (const piece of answer.body ?? []) pieces.push(piece.length);
    expect(pieces).toEqual([4, 4, 2]);
  });

  it("fails the first two of every three, and counts by key", async () => {
    const statuses = [];
    for (let turn = 0; turn < 6; turn++) statuses.push((await ask("/flaky/2-of-3")).status);
    expect(statuses).toEqual([503, 503, 200, 503, 503, 200]);
    expect((await ask("/flaky/2-of-3?key=other")).status).toBe(503);
  });

  it("closes in the middle of a body", async () => {
    const answer = await ask("/cut");
    expect(answer.headers.get("content-length")).toBe("1000");
    await expect(answer.text()).rejects.toThrow();
  });

  it("never answers /silent, and resets /reset", async () => {
    await expect(ask("/silent", { signal: AbortSignal.timeout(100) })).rejects.toThrow("timeout");
    await expect(ask("/reset")).rejects.toThrow("fetch failed");
  });

  it("sends the header fields that the query names, cookies one by one", async () => {
    const { headers } = await ask(
      "/count?cc=max-age=1&etag=v1&header=x-a:b&header=set-cookie:a=1&header=set-cookie:b=2",
    );
    expect(headers.get("cache-control")).toBe("max-age=1");
    expect(headers.get("etag")).toBe('"v1"');
    expect(headers.get("x-a")).toBe("b");
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it("confirms an entity tag with 304", async () => {
    const answer = await ask("/count?etag=v1", { headers: { "if-none-match": '"v1"' } });
    expect(answer.status).toBe(304);
    expect((await ask("/count?etag=v2", { headers: { "if-none-match": '"v1"' } })).status).toBe(200);
  });

  it("echoes what it received", async () => {
    const answer = await ask("/echo/x?y=1", { method: "PUT", body: "hi", headers: { "x-a": "b" } });
    expect(await answer.json()).toMatchObject({ origin: "a", method: "PUT", url: "/echo/x?y=1", body: "hi" });
  });

  it("counts", async () => {
    const { count } = (await (await ask("/count")).json()) as { count: number };
    expect(await (await ask("/count")).json()).toEqual({ origin: "a", count: count + 1 });
  });

  it("streams big bodies, both ways", async () => {
    const down = await ask("/bytes/5MB");
    expect((await down.arrayBuffer()).byteLength).toBe(5_000_000);
    const up = await ask("/bytes", { method: "POST", body: new Uint8Array(1_000_000) });
    expect(await up.json()).toEqual({ origin: "a", bytes: 1_000_000 });
  });

  it("sends events one after the other", async () => {
    const answer = await ask("/sse?count=2&ms=1");
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(await answer.text()).toBe("id: 1\ndata: event 1 from a\n\nid: 2\ndata: event 2 from a\n\n");
  });

  it("echoes over a WebSocket, in the first subprotocol offered", async () => {
    const socket = new WebSocket(`${origin.url.replace("http", "ws")}/ws`, ["chat", "other"]);
    const heard = await new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => socket.send("hello"));
      socket.on("message", (data) => resolve(String(data)));
    });
    expect([socket.protocol, heard]).toEqual(["chat", "hello"]);
    socket.close();
  });

  it("falls sick as a whole, and recovers", async () => {
    await ask("/sick?status=502", { method: "POST" });
    expect((await ask("/healthz")).status).toBe(502);
    await ask("/well", { method: "POST" });
    expect((await ask("/healthz")).status).toBe(200);
  });
});
