// The log on a real workerd: what becomes of a batch when the request that holds its timer ends, streams on or is hung up.
import { describe, expect, it } from "vitest";
import { MAX_DELAY_MS } from "../../worker/adapters/batched-log.ts";
import { LoggedEdge, useLoggedEdge } from "../support/logged-edge.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { Conversation } from "../support/wire.ts";

/** A busy machine needs longer. What matters is that no further request is needed, and that nothing waits for a body. */
const IN_TIME_MS = MAX_DELAY_MS + 1_000;

describe("a record", () => {
  const origin = useOrigin();
  const edge = useLoggedEdge(() => ({
    plain: {
      pools: { web: { origins: [{ id: "o", url: origin.url }] } },
      routes: [
        { id: "own", match: { path: "/own/*" }, respond: { body: "mine" } },
        { id: "rest", to: "web" },
      ],
    },
  }));
  const within = async (since: number, text: string) => {
    const [printed] = await edge.logged(text);
    expect((printed?.at ?? 0) - since).toBeLessThan(IN_TIME_MS);
  };

  it("is written in time when no other request follows", async () => {
    for (const path of ["/own/last", "/last-of-the-origin"]) {
      await edge.client("plain").get(path);
      await within(performance.now(), path);
    }
  });

  it("is written in time while the request that holds the timer is still sending its body", async () => {
    const { promise: tested, resolve: testIsOver } = Promise.withResolvers<void>();
    origin.answers(async (_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" }).write("the beginning");
      await tested;
      response.end();
    });
    const answer = await edge.client("plain").stream("/streams-on");
    const since = performance.now();
    await within(since, "/streams-on");
    await edge.client("plain").get("/own/beside");
    await within(performance.now(), "/own/beside");
    testIsOver();
    await answer.body.dump();
  });

  it.each([
    ["in the middle of the body", "/hung-up-in-body", true],
    ["before the answer", "/hung-up-before", false],
  ])("is written in time when the client that holds the timer hangs up %s", async (_when, path, inBody) => {
    const { promise: left, resolve: clientLeft } = Promise.withResolvers<void>();
    origin.answers(async (_request, response) => {
      if (inBody) response.writeHead(200, { "content-type": "text/plain" }).write("the beginning");
      await left;
      response.end("late");
    });
    const client = new Conversation(edge.url);
    await client.say(rawGet(path, "plain.test"));
    if (inBody) await client.heard("the beginning");
    else await expect.poll(() => origin.seen.length).toBe(1);
    client.hangUp();
    const since = performance.now();
    clientLeft();
    await within(since, path);
  });

  it("is written once for each of many requests, with clients that hang up among them", async () => {
    origin.answers((_request, response) => void setTimeout(() => response.end("hello"), 2));
    const ask = async (n: number) => {
      const path = n % 3 === 0 ? `/many/${n}/` : `/own/many/${n}/`;
      if (n % 5 !== 0) return sendRaw(edge.url, rawGet(path, "plain.test"));
      const client = new Conversation(edge.url);
      await client.say(rawGet(path, "plain.test"));
      client.hangUp();
    };
    for (let n = 0; n < 300; n += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, more) => ask(n + more)));
    }
    // Of a request whose client has left before it is read, there is nothing to log.
    await edge.logged("/many/", 240);
    await edge.client("plain").get("/own/the-end");
    await edge.logged("/own/the-end");
    const records = edge.linesWith("/many/").map((line) => JSON.parse(line));
    const stayed = records.filter(({ path }) => Number(/many\/(\d+)\//.exec(path)?.[1]) % 5 !== 0);
    expect(stayed).toHaveLength(240);
    expect(new Set(records.map(({ requestId }) => requestId)).size).toBe(records.length);
  });

  it("stands on one line of its own, whatever a client sends", async () => {
    const agent = 'x\x1b[2J\x7f\x08\t\xc2\x85\xe2\x80\xa8"\\y';
    await sendRaw(
      edge.url,
      rawGet(
        "/own/hostile%0a%1b?a=1",
        "plain.test",
        `User-Agent: ${agent}\r\nReferer: http://u:p@h/\x1b?q\r\n`,
      ),
    );
    const [printed] = await edge.logged("/own/hostile");
    expect(printed?.line).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(printed?.line ?? "")).toMatchObject({
      userAgent: 'x\x1b[2J\x7f\b\t\x85\u2028"\\y',
      referrer: "http://h/\x1b",
      query: null,
    });
  });
});

describe("an isolate that ends", () => {
  it("loses one batch at most", async () => {
    const edge = new LoggedEdge();
    await edge.start({ plain: { routes: [{ id: "own", respond: { body: "mine" } }] } });
    for (let n = 0; n < 10; n++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, more) =>
          sendRaw(edge.url, rawGet(`/${n * 50 + more}/`, "plain.test")),
        ),
      );
    }
    await edge.stop();
    const lines = edge.linesWith('"site":"plain.test"');
    const shortest = Math.min(...lines.map((line) => line.length));
    expect((500 - lines.length) * shortest).toBeLessThanOrEqual(48 * 1024); // as long as a batch may be
  });
});
