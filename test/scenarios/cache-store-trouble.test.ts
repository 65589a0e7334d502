// A store in trouble costs hits, and never an answer. And what an origin says of http is not said of https.
import { afterEach, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const STALE = { "cache-control": "max-age=10, stale-while-revalidate=600", etag: '"v1"' };

describe("a store", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  afterEach(() => edge.control({ storeTrouble: null, longestWaitMs: null }));

  async function aClient(): Promise<EdgeClient> {
    let page = 0;
    origin.answers((request, response) => {
      if (request.method === "POST") return void response.writeHead(204).end();
      response.writeHead(200, { ...STALE, vary: "x-lang" }).end(`page ${++page}`);
    });
    return edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        { id: "sliced", match: { path: "/file" }, to: "web", cache: { slice: "64KiB" } },
        { id: "all", to: "web" },
      ],
    });
  }

  for (const storeTrouble of ["fails", "hangs"]) {
    describe(`that ${storeTrouble}`, () => {
      const inTrouble = () => edge.control({ storeTrouble, longestWaitMs: 5 });

      it("is a miss for every request, and the operator is told", async () => {
        const client = await aClient();
        await inTrouble();
        expect((await client.get("/")).text).toBe("page 1");
        await edge.settled();
        const answer = await client.get("/");
        expect(answer.text).toBe("page 2");
        expect(answer.header("cache-status")).toMatch(/^headgate; fwd=uri-miss; fwd-status=200/);
        const { warnings } = await edge.control({});
        expect(warnings.at(-1)?.message).toBe("the store failed; taken for a miss");
      });

      it("is a miss where it held something, and a hit again when it is well", async () => {
        const client = await aClient();
        await client.get("/");
        await edge.settled();
        await inTrouble();
        expect((await client.get("/")).text).toBe("page 2");
        await edge.settled();
        await edge.control({ storeTrouble: null, longestWaitMs: null });
        expect((await client.get("/")).text).toBe("page 1");
      });

      it("is no error for a change either", async () => {
        const client = await aClient();
        await inTrouble();
        expect((await client.ask("/", { method: "POST", body: "x" })).status).toBe(204);
      });

      it("is no error for a QUERY, a HEAD, a range or a sliced file", async () => {
        const client = await aClient();
        await inTrouble();
        expect((await client.ask("/", { method: "QUERY", body: "x" })).status).toBe(200);
        expect((await client.ask("/", { method: "HEAD" })).status).toBe(200);
        expect((await client.get("/", { range: "bytes=0-1" })).status).toBe(200);
        expect((await client.get("/file")).status).toBe(200);
      });
    });
  }

  it("that fails while a stale response is refreshed leaves it as it is", async () => {
    const client = await aClient();
    await client.get("/");
    await edge.settled();
    await edge.advance(20_000);
    const stale = client.get("/");
    await stale;
    await edge.control({ storeTrouble: "fails" });
    expect((await client.get("/")).status).toBe(200);
  });
});

describe("http and https", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  it("have keys of their own: an origin's redirect from one to the other is not the other's answer", async () => {
    const client = await edge.site({
      hosts: ["tls.test"],
      trustedProxies: ["127.0.0.1"], // one that terminates TLS and says so
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
    });
    origin.answers((request, response) => {
      const fresh = { "cache-control": "max-age=60" };
      if (request.headers["x-forwarded-proto"] === "https") response.writeHead(200, fresh).end("the page");
      else response.writeHead(301, { ...fresh, location: "https://tls.test/" }).end();
    });
    const overTls = { "x-forwarded-proto": "https" };
    expect((await client.get("/")).status).toBe(301);
    await edge.settled();
    expect((await client.get("/", overTls)).text).toBe("the page");
    await edge.settled();
    expect((await client.get("/")).header("cache-status")).toMatch(/^headgate; hit/);
    expect((await client.get("/", overTls)).header("cache-status")).toMatch(/^headgate; hit/);
    expect((await client.get("/", overTls)).text).toBe("the page");
    expect(origin.seen).toHaveLength(2);
  });
});
