import { once } from "node:events";
import net from "node:net";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, deadUrl, inOrder, replies, type TestOrigin, useOrigin } from "../support/origin.ts";

type Retry = NonNullable<NonNullable<SiteFile["pools"]>[string]["retry"]>;

describe("retry", () => {
  const edge = useEdge();
  const a = useOrigin();
  const b = useOrigin(afterBody((_request, response) => void response.end("from b")));

  /** `a` is asked first, then `b`. */
  const aThenB = ({ urlOfA = a.url, retry = {} as Retry, route = {} } = {}) =>
    edge.site({
      edgeFields: "full",
      pools: {
        web: {
          ...inOrder({ url: urlOfA }, b),
          retry,
        },
      },
      routes: [{ id: "rest", to: "web", cache: "off", ...route }],
    });

  const busy = (origin: TestOrigin) =>
    origin.answers(afterBody((_request, response) => void response.writeHead(503).end("a is busy")));

  for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY"]) {
    it(`asks another origin where a ${method} got a 503`, async () => {
      busy(a);
      const client = await aThenB();
      const answer = await client.ask("/", { method });
      expect(answer.status).toBe(200);
      expect([a.seen.length, b.seen.length]).toEqual([1, 1]);
      expect(b.last.method).toBe(method);
      expect(answer.header("proxy-status")).toBe(
        'headgate;next-hop="b";received-status=200;details="a: 503, b: 200"',
      );
    });
  }

  for (const method of ["POST", "PATCH"]) {
    it(`sends a ${method} once, passes on what came, and says why`, async () => {
      busy(a);
      const client = await aThenB();
      const answer = await client.ask("/", { method, body: "order" });
      expect([answer.status, answer.text]).toEqual([503, "a is busy"]);
      expect([a.seen.length, b.seen.length]).toEqual([1, 0]);
      expect(answer.header("proxy-status")).toBe(
        'headgate;next-hop="a";received-status=503;details="a: 503; no further attempt: not-idempotent"',
      );
    });

    it(`sends a ${method} again with an Idempotency-Key, body and key and all`, async () => {
      busy(a);
      const client = await aThenB();
      const answer = await client.ask("/", { method, body: "order", headers: { "idempotency-key": '"k1"' } });
      expect([answer.status, answer.text]).toEqual([200, "from b"]);
      expect([a.last.body, b.last.body]).toEqual(["order", "order"]);
      expect(b.last.headers["idempotency-key"]).toBe('"k1"');
    });

    it(`sends a ${method} again where the route allows it`, async () => {
      busy(a);
      const client = await aThenB({ route: { retryNonIdempotent: true } });
      const answer = await client.ask("/", { method, body: "order" });
      expect([answer.status, b.last.body]).toEqual([200, "order"]);
    });
  }

  it("does not send a POST again after a connection that failed: it may have been carried out", async () => {
    a.answers(afterBody((request) => void request.socket.destroy()));
    const client = await aThenB();
    const answer = await client.ask("/", { method: "POST", body: "order" });
    expect([answer.status, answer.json().title]).toEqual([502, "origin-unreachable"]);
    expect([a.seen.length, b.seen.length]).toEqual([1, 0]);
    expect(answer.header("proxy-status")).toBe(
      'headgate;error=connection_terminated;next-hop="a";details="a: connect; no further attempt: not-idempotent"',
    );
  });

  it("spares a POST the origin that just failed", async () => {
    const client = await aThenB({ urlOfA: await deadUrl() });
    expect((await client.get("/")).status).toBe(200);
    const answer = await client.ask("/", { method: "POST", body: "order" });
    expect([answer.status, b.last.method, b.last.body]).toEqual([200, "POST", "order"]);
  });

  describe("of a request with a body", () => {
    const LIMIT = 65_536;
    const binary = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) % 256);
    const chunked = (body: Uint8Array) => Readable.from([body.slice(0, 1_000), body.slice(1_000)]);
    const received: Uint8Array[] = [];
    const keeping: Parameters<TestOrigin["answers"]>[0] = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push(new Uint8Array(Buffer.concat(chunks)));
      response.end("kept");
    };

    for (const [framing, body] of Object.entries({
      "Content-Length": (bytes: Uint8Array) => bytes,
      "chunked coding": (bytes: Uint8Array) => chunked(bytes),
    })) {
      it(`sends it again byte for byte up to maxBody (${framing})`, async () => {
        received.length = 0;
        busy(a);
        b.answers(keeping);
        const client = await aThenB();
        const answer = await client.ask("/", { method: "PUT", body: body(binary(LIMIT)) });
        expect(answer.status).toBe(200);
        expect(received).toEqual([binary(LIMIT)]);
      });

      it(`does not send it again beyond maxBody, and says why (${framing})`, async () => {
        busy(a);
        const client = await aThenB();
        const answer = await client.ask("/", { method: "PUT", body: body(binary(LIMIT + 1)) });
        expect([answer.status, answer.text]).toEqual([503, "a is busy"]);
        expect(b.seen).toHaveLength(0);
        expect(answer.header("proxy-status")).toContain("no further attempt: body-not-kept");
      });

      it(`hands it on whole beyond maxBody (${framing})`, async () => {
        received.length = 0;
        a.answers(keeping);
        const client = await aThenB();
        const answer = await client.ask("/", { method: "PUT", body: body(binary(300_000)) });
        expect(answer.status).toBe(200);
        expect(received).toEqual([binary(300_000)]);
      });
    }

    it("takes the limit from the pool", async () => {
      busy(a);
      const client = await aThenB({ retry: { maxBody: "10B" } });
      expect((await client.ask("/", { method: "PUT", body: "0123456789" })).status).toBe(200);
      expect((await client.ask("/", { method: "PUT", body: "0123456789+" })).status).toBe(503);
    });
  });

  it("passes on the last origin's own answer when all of them say no", async () => {
    busy(a);
    b.answers((_request, response) => void response.writeHead(504, { "x-from": "b" }).end("b waits in vain"));
    const client = await aThenB();
    const answer = await client.get("/");
    expect([answer.status, answer.text, answer.header("x-from")]).toEqual([504, "b waits in vain", "b"]);
    expect(answer.header("content-type")).toBeNull();
    expect(answer.header("proxy-status")).toBe(
      'headgate;next-hop="b";received-status=504;details="a: 503, b: 504; no further attempt: no-origin-left"',
    );
  });

  it("asks no origin twice that was asked and said no", async () => {
    busy(a);
    busy(b);
    const client = await aThenB({ retry: { attempts: 10 } });
    await client.get("/");
    expect([a.seen.length, b.seen.length]).toEqual([1, 1]);
  });

  it("ends with the attempts of the pool", async () => {
    busy(a);
    const client = await aThenB({ retry: { attempts: 1 } });
    const answer = await client.get("/");
    expect([answer.status, b.seen.length]).toEqual([503, 0]);
    expect(answer.header("proxy-status")).toContain("no further attempt: attempts-used-up");
  });

  it("tries a lone origin again where the connection failed, as a closed idle connection does", async () => {
    const drops = [true, false];
    a.answers(
      (request, response) => void (drops.shift() ? request.socket.destroy() : response.end("second try")),
    );
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: a.url }] } },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });
    const answer = await client.get("/");
    expect([answer.status, answer.text, a.seen.length]).toEqual([200, "second try", 2]);
  });

  it("pauses for `backoff` before a retry, twice as long before the next", async () => {
    const arrivals: number[] = [];
    for (const origin of [a, b])
      origin.answers(
        afterBody((_request, response) => {
          arrivals.push(Date.now());
          response.writeHead(503).end("busy");
        }),
      );
    const client = await edge.site({
      pools: {
        web: {
          balance: "first",
          origins: [a, b, a].map(({ url }, at) => ({ id: `o${at}`, url })),
          retry: { attempts: 3, backoff: "300ms" },
        },
      },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });
    await edge.control({ randoms: Array(20).fill(0.999) }); // the pause is a random part of the limit
    expect((await client.get("/")).status).toBe(503);
    await edge.control({ randoms: [] });
    const [first = 0, second = 0, third = 0] = arrivals;
    expect([second - first >= 290, third - second >= 590, arrivals.length]).toEqual([true, true, 3]);
  });

  it("asks another origin after `perTry`, long before `firstByte`, and waits for the last one", async () => {
    a.answers(() => {});
    const startedAt = Date.now();
    const client = await edge.site({
      pools: {
        web: {
          ...inOrder(a, b),
          retry: { attempts: 2, perTry: "150ms" },
          timeout: { firstByte: "15s" },
        },
      },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });
    b.answers((_request, response) => void setTimeout(() => response.end("late"), 500));
    const answer = await client.get("/tried");
    expect([answer.text, a.seen.length, b.seen.length]).toEqual(["late", 1, 1]);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect((await edge.record("/tried"))?.attempts).toEqual(["a timeout", "b 200"]);
  });

  it("closes an idle connection after five seconds, before an origin does that keeps it for longer", async () => {
    const client = await aThenB({ retry: { attempts: 1 } });
    const sockets = new Set<net.Socket>();
    a.answers((request, response) => {
      sockets.add(request.socket);
      response.end("once");
    });
    await client.get("/");
    const [socket] = sockets;
    if (!socket) throw new Error("the origin was not asked");
    const idleSince = Date.now();
    await once(socket, "close"); // the origin itself would close it after a minute
    expect(Date.now() - idleSince).toBeGreaterThan(4_000);
    expect(Date.now() - idleSince).toBeLessThan(15_000);
  });

  it("leaves a status alone that the pool does not list", async () => {
    a.answers((_request, response) => void response.writeHead(500).end("a fell over"));
    const answer = await (await aThenB()).get("/");
    expect([answer.status, answer.text, b.seen.length]).toEqual([500, "a fell over", 0]);
    expect(answer.header("proxy-status")).toBeNull();
    const retried = await (await aThenB({ retry: { on: [500] } })).get("/");
    expect([retried.status, retried.text]).toEqual([200, "from b"]);
  });

  it("frees the connection of the origin whose answer it drops", async () => {
    const closed = Promise.withResolvers<void>();
    a.answers((_request, response) => {
      response.on("close", closed.resolve);
      response.writeHead(503).write("an endless apology");
    });
    const answer = await (await aThenB()).get("/");
    expect(answer.text).toBe("from b");
    await closed.promise;
  });
});

describe("a request body that breaks while it is read", () => {
  const edge = useEdge();
  const origin = useOrigin();
  const standby = useOrigin(replies(["from the standby"]));

  for (const [framing, method] of [
    ["content-length: 1000000", "POST"],
    ["content-length: 1000000", "PUT"],
    ["transfer-encoding: chunked", "POST"],
    ["transfer-encoding: chunked", "PUT"],
  ] as const) {
    it(`is never taken for whole by the origin, nor held against it (${method}, ${framing})`, async () => {
      const received = Promise.withResolvers<boolean>();
      const started = Promise.withResolvers<void>();
      origin.answers((request, response) => {
        request.on("data", () => started.resolve()).on("error", () => {});
        request.on("end", () => response.end("thanks"));
        request.on("close", () => received.resolve(request.complete));
      });
      const host = `upload-${method}-${framing.length}.test`.toLowerCase();
      const client = await edge.site({
        hosts: [host],
        pools: {
          web: {
            origins: [
              { id: "a", url: origin.url },
              { id: "b", url: standby.url, tier: 1 },
            ],
          },
        },
        routes: [{ id: "rest", to: "web", cache: "off" }],
      });
      const path = `/${method}/${framing.split(":")[0]}`;
      const upload = net.connect(Number(new URL(edge.url).port), "127.0.0.1");
      upload.write(`${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${framing}\r\n\r\n`);
      const part = "x".repeat(300_000);
      upload.write(framing.startsWith("t") ? `${part.length.toString(16)}\r\n${part}\r\n` : part);
      await started.promise;
      upload.destroy();
      expect(await received.promise).toBe(false);

      origin.answers(replies(["as before"]));
      expect((await client.get("/")).text).toBe("as before");
      expect(await edge.record(path)).toMatchObject({
        refusal: "request-body-broken",
        status: 400,
        attempts: ["a request-body-broken"],
      });
    });
  }

  it("is the origin's fault where the origin breaks it off", async () => {
    origin.answers((request) => {
      request.on("error", () => {}).once("data", () => request.socket.destroy());
    });
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });
    const answer = await client.ask("/broken-off", { method: "POST", body: new Uint8Array(1_000_000) });
    expect([answer.status, answer.json().title]).toEqual([502, "origin-unreachable"]);
    expect(await edge.record("/broken-off")).toMatchObject({ attempts: ["a connect"] });
  });

  it("goes on after an answer that comes early, which reaches the client", async () => {
    origin.answers((request, response) => {
      request.resume();
      response.writeHead(413).end("too large");
    });
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });
    const answer = await client.ask("/early", { method: "POST", body: new Uint8Array(5_000_000) });
    expect([answer.status, answer.text]).toEqual([413, "too large"]);
  });
});
