import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { type Answering, afterBody, inOrder, replies, useOrigin } from "../support/origin.ts";

// Real time-outs with real timers, hence short ones.
describe("time-outs", () => {
  const edge = useEdge();
  const a = useOrigin();
  const b = useOrigin(replies(["from b"]));
  const c = useOrigin();
  const silent = () => {};

  const site = (timeout: { firstByte?: string; total?: string }, route = {}) =>
    edge.site({
      edgeFields: "full",
      pools: {
        web: {
          ...inOrder(a, b),
          timeout,
        },
      },
      routes: [{ id: "rest", to: "web", cache: "off", ...route }],
    });

  it("for the first byte: another origin is asked", async () => {
    a.answers(silent);
    const answer = await (await site({ firstByte: "200ms" })).get("/");
    expect([answer.status, answer.text]).toEqual([200, "from b"]);
    expect(answer.header("proxy-status")).toContain('details="a: timeout, b: 200"');
  });

  it("for the first byte: the origin that was given up on is let go of with the client's request", async () => {
    const letGo = Promise.withResolvers<void>();
    a.answers((request) => void request.socket.on("close", letGo.resolve));
    const answer = await (await site({ firstByte: "200ms" })).get("/");
    expect(answer.text).toBe("from b");
    await letGo.promise;
  });

  it("for the first byte: an answer that comes too late is not read", async () => {
    const letGo = Promise.withResolvers<void>();
    let answerLate = () => {};
    a.answers((request, response) => {
      request.socket.on("close", letGo.resolve);
      answerLate = () => void response.writeHead(200, { "content-length": "1000000" }).write("late");
    });
    b.answers((_request, response) => {
      response.writeHead(200).write("from ");
      answerLate();
      void letGo.promise.then(() => response.end("b"));
    });
    expect((await (await site({ firstByte: "200ms" })).get("/")).text).toBe("from b");
  });

  describe("for the first byte: an origin that is likely to be slow is let go of at once", () => {
    /** The answer goes on until the other origin has seen its connection closed. */
    const onceClosed = (other: typeof a): Answering => {
      const closed = Promise.withResolvers<void>();
      other.answers((request) => void request.socket.on("close", closed.resolve));
      return async (_request, response) => {
        response.writeHead(200, { "content-length": "11", "cache-control": "max-age=60" }).write("from ");
        await closed.promise;
        response.end("others");
      };
    };

    it("if another one was asked before", async () => {
      a.answers(silent);
      c.answers(onceClosed(b));
      const client = await edge.site({
        pools: {
          web: {
            balance: "first",
            origins: [a, b, c].map(({ url }, at) => ({ id: `o${at}`, url })),
            retry: { attempts: 3 },
            timeout: { firstByte: "200ms" },
          },
        },
        routes: [{ id: "rest", to: "web" }],
      });
      const answer = await client.get("/");
      expect([answer.text, answer.header("content-length")]).toEqual(["from others", "11"]);
      expect([a, b, c].map(({ seen }) => seen.length)).toEqual([1, 1, 1]);
    });

    it("if it has failed before", async () => {
      a.answers(silent);
      b.answers(silent);
      const client = await site({ firstByte: "200ms" }, { cache: {} });
      expect((await client.get("/")).status).toBe(504);
      b.answers(onceClosed(a));
      expect((await client.get("/")).text).toBe("from others");
    });
  });

  it("for the first byte: the slow origin is not asked first for a while", async () => {
    a.answers(silent);
    const client = await site({ firstByte: "200ms" });
    for (let request = 0; request < 4; request++) expect((await client.get("/")).text).toBe("from b");
    expect(a.seen).toHaveLength(1);
  });

  it("for the first byte: 504 with the reason when all are slow, none asked twice", async () => {
    a.answers(silent);
    b.answers(silent);
    const answer = await (await site({ firstByte: "200ms" })).get("/slow");
    expect(answer.status).toBe(504);
    expect(answer.json()).toMatchObject({
      title: "origin-timeout",
      status: 504,
      detail: "The origin did not answer within 200 ms.",
    });
    expect(answer.header("proxy-status")).toBe(
      'headgate;error=http_response_timeout;next-hop="b";details="a: timeout, b: timeout; no further attempt: no-origin-left"',
    );
    expect(await edge.record("/slow")).toMatchObject({
      refusal: "origin-timeout",
      attempts: ["a timeout", "b timeout"],
    });
  });

  it("for the first byte: none for the rest of the answer", async () => {
    a.answers((_request, response) => {
      response.writeHead(200).write("soon ");
      setTimeout(() => response.end("done"), 500);
    });
    expect((await (await site({ firstByte: "200ms" })).get("/")).text).toBe("soon done");
  });

  it("for the first byte: an upload may take its time, the origin is not yet due", async () => {
    a.answers(afterBody((_request, response, { body }) => void response.end(`got ${body}`)));
    const client = await site({ firstByte: "200ms" });
    const slowly = Readable.from(
      (async function* () {
        for (const part of ["one ", "two ", "three"]) {
          yield Buffer.from(part);
          await new Promise((resolve) => setTimeout(resolve, 150));
        }
      })(),
    );
    const answer = await client.ask("/", { method: "POST", body: slowly });
    expect([answer.status, answer.text]).toEqual([200, "got one two three"]);
  });

  it("for the first byte: it runs from when the upload is through", async () => {
    a.answers(afterBody(silent));
    const client = await site({ firstByte: "200ms" });
    const answer = await client.ask("/", { method: "POST", body: "order" });
    expect([answer.status, answer.json().title]).toEqual([504, "origin-timeout"]);
    expect(b.seen).toHaveLength(0);
  });

  it("in total: used up before a retry it is 504, and nobody else is asked", async () => {
    a.answers((request) => void setTimeout(() => request.socket.destroy(), 150));
    const answer = await (await site({ total: "150ms" })).get("/");
    expect([answer.status, answer.json().title]).toEqual([504, "origin-timeout"]);
    expect(b.seen).toHaveLength(0);
  });

  it("in total: what is left of it is all that the next origin gets", async () => {
    a.answers((request) => void setTimeout(() => request.socket.destroy(), 150));
    b.answers(silent);
    const startedAt = Date.now();
    const answer = await (await site({ total: "300ms" })).get("/");
    expect([answer.status, answer.json().title]).toEqual([504, "origin-timeout"]);
    expect(answer.header("proxy-status")).toContain('details="a: connect, b: timeout; no further attempt: ');
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(295);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  for (const framing of [{ "content-length": "1000" }, { "transfer-encoding": "chunked" }]) {
    it(`in total: an answer that is still coming is cut off, and seen to be (${Object.keys(framing)})`, async () => {
      const closed = Promise.withResolvers<void>();
      a.answers((_request, response) => {
        response.on("close", closed.resolve);
        response.writeHead(200, framing).write("half of it");
      });
      const client = await site({ total: "150ms" });
      await expect(client.get("/")).rejects.toThrow();
      await closed.promise;
    });
  }

  it("in total: none, and the answer may go on", async () => {
    a.answers((_request, response) => {
      response.writeHead(200).write("a");
      setTimeout(() => response.end("z"), 300);
    });
    expect((await (await site({ total: "2s" })).get("/")).text).toBe("az");
    expect((await (await site({})).get("/")).text).toBe("az");
  });
});
