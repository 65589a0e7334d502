import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { deadUrl, replies, useOrigin } from "../support/origin.ts";

/** 10 s, and up to a quarter at random. */
const EJECTED_AT_MOST_MS = 12_500;
const BAD_ANSWERS_IN_A_ROW = 3;

describe("failover", () => {
  const edge = useEdge();
  const a = useOrigin(replies(["from a"]));
  const b = useOrigin(replies(["from b"]));
  const standby = useOrigin(replies(["from the standby"]));

  const routes = [{ id: "rest", to: "web", cache: "off" as const }];
  const site = (urlOfA = a.url) =>
    edge.site({
      edgeFields: "full",
      pools: {
        web: {
          balance: "first",
          origins: [
            { id: "a", url: urlOfA },
            { id: "b", url: b.url },
            { id: "standby", url: standby.url, tier: 1 },
          ],
        },
      },
      routes,
    });
  const dropEverything = (request: { socket: { destroy(): unknown } }) => void request.socket.destroy();
  const texts = async (client: Awaited<ReturnType<typeof site>>, times: number) => {
    const all: string[] = [];
    for (let time = 0; time < times; time++) all.push((await client.get("/")).text);
    return all;
  };

  it("asks a dead origin once, and then not first for a while", async () => {
    a.answers(dropEverything);
    const client = await site();
    expect(await texts(client, 5)).toEqual(Array(5).fill("from b"));
    expect([a.seen.length, b.seen.length]).toEqual([1, 5]);

    await edge.advance(EJECTED_AT_MOST_MS);
    a.answers(replies(["from a"]));
    expect(await texts(client, 2)).toEqual(["from a", "from a"]);
  });

  it("avoids it again at once where it is still dead afterwards", async () => {
    a.answers(dropEverything);
    const client = await site();
    await texts(client, 1);
    await edge.advance(EJECTED_AT_MOST_MS);
    expect(await texts(client, 3)).toEqual(Array(3).fill("from b"));
    expect(a.seen).toHaveLength(2);
  });

  it("goes to the next tier when the first has none left, and back when it has", async () => {
    a.answers(dropEverything);
    b.answers(dropEverything);
    const client = await site();
    expect(await texts(client, 2)).toEqual(["from the standby", "from the standby"]);
    expect([a.seen.length, b.seen.length, standby.seen.length]).toEqual([1, 1, 2]);

    a.answers(replies(["from a"]));
    await edge.advance(EJECTED_AT_MOST_MS);
    expect(await texts(client, 2)).toEqual(["from a", "from a"]);
  });

  it("asks those that failed all the same when there is no other: memory refuses nobody", async () => {
    for (const origin of [a, b, standby]) origin.answers(dropEverything);
    const client = await site();
    expect((await client.get("/")).status).toBe(503);
    for (const origin of [a, b, standby]) origin.answers(replies(["back again"]));
    expect(await texts(client, 1)).toEqual(["back again"]);
  });

  it("moves on from an origin that answers 503 to everything", async () => {
    const busy = (_: unknown, response: { writeHead(status: number): { end(): unknown } }) =>
      void response.writeHead(503).end();
    a.answers(busy);
    const client = await site();
    expect(await texts(client, 6)).toEqual(Array(6).fill("from b"));
    expect(a.seen).toHaveLength(BAD_ANSWERS_IN_A_ROW);
  });

  it("stays with an origin of which one page is broken", async () => {
    a.answers(
      (request, response) => void response.writeHead(request.url === "/bad" ? 503 : 200).end("from a"),
    );
    const client = await site();
    for (let round = 0; round < 3; round++) {
      await client.get("/bad");
      await client.get("/bad");
      expect((await client.get("/good")).text).toBe("from a");
    }
  });

  it("answers 503 with the reason when no origin can be reached", async () => {
    const client = await edge.site({
      edgeFields: "full",
      pools: {
        web: {
          balance: "first",
          origins: [
            { id: "x", url: await deadUrl() },
            { id: "y", url: await deadUrl() },
          ],
        },
      },
      routes,
    });
    const answer = await client.get("/page");
    expect(answer.status).toBe(503);
    expect(answer.header("retry-after")).toBe("10");
    expect(answer.header("content-type")).toBe("application/problem+json");
    expect(answer.json()).toMatchObject({
      type: "urn:headgate:origins-out",
      title: "origins-out",
      status: 503,
      detail: "No origin of the pool can be reached just now.",
      requestId: answer.header("x-request-id"),
    });
    expect(answer.header("proxy-status")).toMatch(
      /^headgate;error=destination_unavailable;next-hop="[xy]";details="x: connect, y: connect, [xy]: connect; no further attempt: attempts-used-up"$/,
    );
    expect(await edge.record("/page")).toMatchObject({
      refusal: "origins-out",
      status: 503,
      origin: null,
    });
  });

  it("answers 502 to a POST even then: it may have been carried out", async () => {
    const origins = [
      { id: "x", url: await deadUrl() },
      { id: "y", url: await deadUrl() },
    ];
    const client = await edge.site({ pools: { web: { origins } }, routes });
    expect((await client.get("/")).status).toBe(503);
    const answer = await client.ask("/", { method: "POST", body: "order" });
    expect([answer.status, answer.json().title]).toEqual([502, "origin-unreachable"]);
    expect(answer.header("retry-after")).toBeNull();
  });

  it("answers 502 where the name of the origin leads nowhere", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "x", url: "http://nobody.invalid" }], retry: { attempts: 1 } } },
      routes,
    });
    const answer = await client.get("/");
    expect([answer.status, answer.json().title]).toEqual([502, "origin-unreachable"]);
  });

  it("gives a drained origin and one that is off nothing, whatever fails", async () => {
    a.answers(dropEverything);
    const client = await edge.site({
      pools: {
        web: {
          origins: [
            { id: "a", url: a.url },
            { id: "b", url: b.url, state: "drain" },
            { id: "standby", url: standby.url, state: "off" },
          ],
        },
      },
      routes,
    });
    expect((await client.get("/")).status).toBe(502);
    expect([b.seen.length, standby.seen.length]).toEqual([0, 0]);
  });

  it("breaks the transfer where an origin dies in the middle of its answer", async () => {
    a.answers((_request, response) => {
      response.writeHead(200, { "content-length": "1000" }).write("half of it");
      setImmediate(() => response.destroy());
    });
    const client = await site();
    await expect(client.get("/")).rejects.toThrow();
    expect(b.seen).toHaveLength(0);
  });
});
