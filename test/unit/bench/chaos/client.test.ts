// What the client of `npm run chaos` makes of what it receives. A misreading here would hide what the scenarios look for.
import { createServer, type Server } from "node:net";
import { type Dispatcher, Pool } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { outcomeOf } from "../../../../bench/chaos/load/one-request.ts";
import { numberIn, type Planned, requestAt } from "../../../../bench/chaos/load/requests.ts";
import { bodyOf } from "../../../../bench/chaos/origin/bodies.ts";

const body = bodyOf(7);
const half = body.subarray(0, body.length / 2);
const HEAD = "HTTP/1.1 200 OK\r\nX-Origin: a\r\n";
const chunk = (bytes: Buffer): string => `${bytes.length.toString(16)}\r\n${bytes}\r\n`;
const withLength = (length: number, bytes: Buffer): string =>
  `${HEAD}Content-Length: ${length}\r\n\r\n${bytes}`;
const chunked = (...chunks: string[]): string =>
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunks.join("")}`;

describe("the client", () => {
  let server: Server;
  let response = "";
  let connections: Dispatcher;

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(response));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => connections.close());
  afterAll(() => void server.close());

  const ask = (answer: string) => {
    response = answer;
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    connections = new Pool(`http://127.0.0.1:${port}`);
    const planned: Planned = { number: 7, kind: "get", method: "GET", target: "/pages/7" };
    return outcomeOf(connections, planned);
  };

  it.each([
    ["a whole body with a length", withLength(body.length, body), "good"],
    ["a whole body in chunks", chunked(chunk(half), chunk(body.subarray(half.length)), "0\r\n\r\n"), "good"],
    ["a body shorter than its length", withLength(body.length, half), "broken"],
    ["chunks without the last one", chunked(chunk(half)), "broken"],
    ["a short body with a matching length", withLength(half.length, half), "false-end"],
    ["too few chunks, and a last one", chunked(chunk(half), "0\r\n\r\n"), "false-end"],
    ["another page", withLength(bodyOf(8).length, bodyOf(8)), "false-end"],
    ["nothing", "", "none"],
    ["another status", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "status"],
  ])("takes %s for what it is", async (_what, answer, end) => {
    expect(await ask(answer)).toMatchObject({ end });
  });

  it("tells which origin answered", async () => {
    expect(await ask(withLength(body.length, body))).toMatchObject({ origin: "a", status: 200, kind: "get" });
  });
});

describe("the requests", () => {
  const planned = Array.from({ length: 100 }, (_, at) => requestAt(at, { withCached: true }));

  it("are GETs and POSTs, and a few for pages that may be stored", () => {
    const kinds = Object.groupBy(planned, ({ kind }) => kind);
    expect(kinds).toMatchObject({ get: { length: 70 }, post: { length: 20 }, cached: { length: 10 } });
    expect(new Set(kinds.cached?.map(({ target }) => target)).size).toBe(10);
  });

  it("have a number of their own, which is in the target", () => {
    const posts = planned.filter(({ kind }) => kind === "post");
    expect(new Set(posts.map(({ number }) => number)).size).toBe(posts.length);
    for (const { number, target } of planned) expect(numberIn(target)).toBe(number);
    expect(numberIn("/healthz")).toBeUndefined();
  });
});
