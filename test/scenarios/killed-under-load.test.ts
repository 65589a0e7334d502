import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { type Answering, TestOrigin } from "../support/origin.ts";

const REQUESTS = 400;
const CONCURRENCY = 20;

/** Answers after a few milliseconds, so that some requests are always on their way. */
const afterAMoment: Answering = (request, response, seen) => {
  request.resume();
  setTimeout(() => response.end(seen.headers["x-number"]?.toString()), 3);
};

describe("one of three origins killed under load", () => {
  const edge = useEdge();

  /** Sends all of it, `CONCURRENCY` at a time, and calls `midway` when half has been answered. */
  async function load(method: string, origins: readonly TestOrigin[], midway: () => void) {
    const host = `${method.toLowerCase()}-${origins[0]?.port}.test`;
    await edge.site({
      hosts: [host],
      pools: { web: { origins: origins.map((origin, at) => ({ id: `o${at}`, url: origin.url })) } },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });
    const statuses: Record<number, number> = {};
    let next = 0;
    let answered = 0;
    const worker = async () => {
      const client = edge.client(host);
      for (let number = next++; number < REQUESTS; number = next++) {
        const answer = await client.ask(`/${number}`, {
          method,
          headers: { "x-number": String(number) },
          ...(method === "POST" && { body: `order ${number}` }),
        });
        if (answer.status === 200) expect(answer.text).toBe(String(number));
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (++answered === REQUESTS / 2) midway();
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    return statuses;
  }

  async function threeOrigins(answering: Answering): Promise<TestOrigin[]> {
    const origins = [0, 1, 2].map(() => new TestOrigin(answering));
    await Promise.all(origins.map((origin) => origin.start()));
    return origins;
  }
  const stop = (origins: readonly TestOrigin[]) => Promise.all(origins.map((origin) => origin.stop()));

  it("no GET fails, and the two others carry the load", async () => {
    const origins = await threeOrigins(afterAMoment);
    const victim = origins[1] as TestOrigin;
    let seenWhenKilled = 0;
    // Closes the listening socket and destroys every connection, those with a request on them included.
    const statuses = await load("GET", origins, () => {
      seenWhenKilled = victim.seen.length;
      void victim.stop();
    });
    expect(statuses).toEqual({ 200: REQUESTS });
    expect(seenWhenKilled).toBeGreaterThan(0);
    expect(victim.seen.length).toBe(seenWhenKilled);
    await stop(origins);
  });

  it("no GET fails where it dies while it is answering, header not yet sent", async () => {
    let dying = false;
    const origins = await threeOrigins((request, response, seen) => {
      if (dying && request.socket.localPort === victim.port) {
        setTimeout(() => request.socket.destroy(), 3);
      } else afterAMoment(request, response, seen);
    });
    const victim = origins[1] as TestOrigin;
    const victimPort = victim.port;
    expect(victimPort).toBeGreaterThan(0);
    const statuses = await load("GET", origins, () => {
      dying = true;
    });
    expect(statuses).toEqual({ 200: REQUESTS });
    await stop(origins);
  });

  it("a POST without a key may get a 502, and none is carried out twice", async () => {
    const origins = await threeOrigins(afterAMoment);
    const statuses = await load("POST", origins, () => void (origins[1] as TestOrigin).stop());
    const { 200: good = 0, 502: lost = 0, ...others } = statuses;
    expect(others).toEqual({});
    expect(good + lost).toBe(REQUESTS);
    // Those on their way to the victim, and those sent before the first of these came back.
    expect(lost).toBeLessThanOrEqual(2 * CONCURRENCY);
    const numbers = origins.flatMap(({ seen }) => seen.map(({ headers }) => headers["x-number"]));
    expect(new Set(numbers).size).toBe(numbers.length);
    await stop(origins);
  });
});
