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

  const site = (timeout: { firstByte?: string; idle?: string }) =>
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
});
