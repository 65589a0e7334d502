// A machine stands still now and then: a virtual machine is moved, a laptop sleeps, a container has used up its CPU time. When it goes on,
// the time limits of all requests under way are over, and the answers of their origins have long arrived. The edge used to look at its
// timers first: each request ended as 504, and the origins were ejected for it.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { inOrder, replies, useOrigin } from "../support/origin.ts";

const LIMIT_MS = 500;

describe("an edge that stood still for longer than a time limit", () => {
  const edge = useEdge();
  const a = useOrigin();
  const b = useOrigin(replies(["from b"]));

  const site = (timeout: { firstByte?: string; idle?: string; total?: string }) =>
    edge.site({
      pools: {
        web: {
          ...inOrder(a, b),
          timeout,
        },
      },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });

  /** The pause is real, since nobody can move the clock of a process that stands still. */
  async function pausedWhile(work: () => void): Promise<void> {
    process.kill(edge.pid, "SIGSTOP");
    try {
      work();
      await sleep(2 * LIMIT_MS);
    } finally {
      process.kill(edge.pid, "SIGCONT");
    }
  }

  it("takes an answer that has arrived in the meantime, and holds nothing against the origin", async () => {
    a.answers((_request, response) => pausedWhile(() => response.end("from a")));
    const client = await site({ firstByte: `${LIMIT_MS}ms` });
    const answer = await client.get("/");
    expect([answer.status, answer.text]).toEqual([200, "from a"]);
    expect(b.seen).toHaveLength(0);
    a.answers(replies(["from a again"]));
    expect((await client.get("/")).text).toBe("from a again");
  });

  it("asks another origin if there is still no answer after the limit", async () => {
    a.answers(() => pausedWhile(() => {}));
    const answer = await (await site({ firstByte: `${LIMIT_MS}ms` })).get("/");
    expect([answer.status, answer.text]).toEqual([200, "from b"]);
  });

  it("takes the answer to an upload", async () => {
    a.answers((request, response) => {
      request.resume().on("end", () => void pausedWhile(() => response.end("taken")));
    });
    const client = await site({ firstByte: `${LIMIT_MS}ms` });
    const answer = await client.ask("/", { method: "POST", body: "an upload" });
    expect([answer.status, answer.text]).toEqual([200, "taken"]);
  });

  it("passes on the rest of a body whose next bytes have arrived in the meantime", async () => {
    const begun = Promise.withResolvers<void>();
    a.answers(async (_request, response) => {
      response.writeHead(200, { "content-length": "10" }).write("from ");
      await begun.promise;
      await pausedWhile(() => response.end("one a"));
    });
    const { body } = await (await site({ idle: `${LIMIT_MS}ms` })).stream("/");
    const pieces: string[] = [];
    for await (const piece of body) {
      pieces.push(String(piece));
      begun.resolve();
    }
    expect(pieces).toEqual(["from ", "one a"]);
  });

  // Before: the total time-out went on during the pause. Nothing of it was left for the body, so a good answer was a broken one.
  describe("and its total time-out", () => {
    it("takes the body of the answer that has arrived in the meantime", async () => {
      a.answers(async (_request, response) => {
        await pausedWhile(() => response.write("from "));
        await sleep(LIMIT_MS / 5);
        response.end("a");
      });
      const client = await site({ firstByte: "10s", total: `${LIMIT_MS}ms` });
      const answer = await client.get("/");
      expect([answer.status, answer.text]).toEqual([200, "from a"]);
    });

    it("takes the body of the answer to an upload", async () => {
      a.answers(async (request, response) => {
        for await (const _piece of request);
        await pausedWhile(() => response.write("tak"));
        await sleep(LIMIT_MS / 5);
        response.end("en");
      });
      const client = await site({ firstByte: "10s", total: `${LIMIT_MS}ms` });
      const answer = await client.ask("/", { method: "POST", body: "an upload" });
      expect([answer.status, answer.text]).toEqual([200, "taken"]);
    });

    it("has time left for another origin", async () => {
      a.answers((_request, response) => pausedWhile(() => response.writeHead(503).end()));
      const client = await site({ firstByte: "10s", total: `${LIMIT_MS}ms` });
      const answer = await client.get("/");
      expect([answer.status, answer.text]).toEqual([200, "from b"]);
    });

    it("ends all the same", async () => {
      a.answers(() => pausedWhile(() => {}));
      b.answers(() => {});
      const client = await site({ firstByte: "10s", total: `${LIMIT_MS}ms` });
      expect((await client.get("/")).status).toBe(504);
    });
  });

  it("takes an answer that arrived before the limit if the pause ends with it", async () => {
    a.answers(async (_request, response) => {
      process.kill(edge.pid, "SIGSTOP");
      response.end("from a");
      await sleep(LIMIT_MS + 15);
      process.kill(edge.pid, "SIGCONT");
    });
    const client = await site({ firstByte: `${LIMIT_MS}ms` });
    for (let times = 0; times < 5; times++) {
      const answer = await client.get("/");
      expect([answer.status, answer.text]).toEqual([200, "from a"]);
    }
  });
});
