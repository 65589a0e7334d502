// On Cloudflare a fetch to a dead origin mostly ends in a response of the platform: 521, 522, … They are the origin's failures.
// What such a response looks like to a Worker is told in github.com/source-cooperative/data.source.coop/issues/206: `server: cloudflare`,
// a `cf-ray` of its own, and the body `error code: 520`.
import { describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { replies, useOrigin } from "../support/origin.ts";

type Answer = Parameters<ReturnType<typeof useOrigin>["answers"]>[0];

const inItsPlace =
  (status: number): Answer =>
  (_request, response) =>
    void response
      .writeHead(status, {
        server: "cloudflare",
        "cf-ray": "9f1c2d3e4f5a6b7c-FRA",
        "content-type": "text/plain",
      })
      .end(`error code: ${status}`);

const itself =
  (status: number): Answer =>
  (_request, response) =>
    void response.writeHead(status, { server: "mine" }).end("I mean it");

describe("an origin in whose place Cloudflare answers", () => {
  const edge = useEdge({ HEADGATE_RUNS_ON: "cloudflare" });
  const a = useOrigin(replies(["from a"]));
  const b = useOrigin(replies(["from b"]));

  const site = (origins: Record<string, string>, retry = {}) =>
    edge.site({
      pools: {
        web: { balance: "first", origins: Object.entries(origins).map(([id, url]) => ({ id, url })), retry },
      },
      routes: [{ id: "rest", to: "web", cache: { ttl: "1s", staleIfError: "1h" } }],
    });

  for (const status of [520, 521, 522, 523, 524, 525, 526, 530]) {
    it(`${status}: another one is asked, and this one is ejected at once`, async () => {
      a.answers(inItsPlace(status));
      const client = await site({ a: a.url, b: b.url });
      const word = status === 522 || status === 524 ? "timeout" : "connect";
      expect((await client.get(`/${status}`)).text).toBe("from b");
      expect((await edge.record(`/${status}`))?.attempts).toEqual([`a ${word}`, "b 200"]);
      expect([(await client.get("/2")).text, (await client.get("/3")).text]).toEqual(["from b", "from b"]);
      expect(a.seen).toHaveLength(1);
    });
  }

  it("a POST is not sent again, and the answer is the edge's own", async () => {
    a.answers(inItsPlace(521));
    const client = await site({ a: a.url, b: b.url });
    const refused = await client.ask("/form", { method: "POST", body: "once" });
    expect([refused.status, refused.json().title]).toEqual([502, "origin-unreachable"]);
    a.answers(inItsPlace(522));
    const other = await site({ a: a.url });
    const late = await other.get("/page");
    expect([late.status, late.json().title]).toEqual([504, "origin-timeout"]);
    expect(b.seen).toHaveLength(0);
  });

  it("a stored page is served in its place", async () => {
    const client = await site({ a: a.url });
    expect((await client.get("/page")).text).toBe("from a");
    await edge.advance(60_000);
    a.answers(inItsPlace(523));
    const stale = await client.get("/page");
    expect([stale.status, stale.text]).toEqual([200, "from a"]);
  });

  it("an origin that sends a 521 itself has answered, unless the pool says otherwise", async () => {
    a.answers(itself(521));
    const client = await site({ a: a.url, b: b.url });
    expect([(await client.get("/1")).status, (await client.get("/1")).text]).toEqual([521, "I mean it"]);
    const strict = await site({ a: a.url, b: b.url }, { on: ["connect", "timeout", "52x"] });
    expect((await strict.get("/1")).text).toBe("from b");
  });
});

describe("standalone", () => {
  const edge = useEdge();
  const a = useOrigin(inItsPlace(521));
  const b = useOrigin(replies(["from b"]));

  it("there is no such platform: it is a status, which `52x` lists", async () => {
    const pools = (retry: { on?: ("connect" | "52x")[] }) => ({
      web: {
        balance: "first" as const,
        origins: [
          { id: "a", url: a.url },
          { id: "b", url: b.url },
        ],
        retry,
      },
    });
    const routes = [{ id: "rest", to: "web", cache: "off" as const }];
    const plain = await edge.site({ pools: pools({}), routes });
    expect((await plain.get("/")).status).toBe(521);
    const listed = await edge.site({ pools: pools({ on: ["connect", "52x"] }), routes });
    expect((await listed.get("/listed")).text).toBe("from b");
    expect((await edge.record("/listed"))?.attempts).toEqual(["a 521", "b 200"]);
  });
});
