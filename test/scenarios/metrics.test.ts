// What the edge counts of its requests, and how it is read.
import { beforeAll, describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const SECRET = "a-secret-that-opens-everything";
const edge = useEdge({
  TEST_KEEPERS: "yes",
  HEADGATE_ADMIN_HOST: "admin.test",
  HEADGATE_ADMIN_TOKEN: SECRET,
});
const origin = useOrigin((request, response) => {
  response.statusCode = request.url?.startsWith("/broken") ? 503 : 200;
  response.setHeader("cache-control", "max-age=20, stale-while-revalidate=600");
  response.end("a page");
});

const ask = (path: string) => edge.client("admin.test").get(path, { authorization: `Bearer ${SECRET}` });

/** An isolate reports every ten seconds while it has traffic. */
async function reported(host: string) {
  await edge.settled();
  await edge.advance(13_000);
  await edge.client(host).get("/page");
  await edge.settled();
}

const DEAD = "http://127.0.0.1:9";

beforeAll(async () => {
  const pools = {
    web: { origins: [{ id: "a", url: origin.url }] },
    shaky: {
      origins: [
        { id: "dead", url: DEAD },
        { id: "live", url: origin.url, tier: 1 },
      ],
    },
  };
  await edge.site({
    hosts: ["counted.test"],
    pools,
    routes: [
      { id: "shaky", match: { path: "/shaky/*" }, to: "shaky" },
      { id: "moved", match: { path: "/old" }, redirect: { to: "/new" } },
      { id: "pages", match: { path: "/page" }, to: "web" },
      { id: "broken", match: { path: "/broken" }, to: "web" },
    ],
  });
});

describe("metrics", () => {
  it("count requests by route, cache outcome and status, and every attempt at an origin", async () => {
    const client = edge.client("counted.test");
    for (const path of ["/page", "/page", "/page", "/broken", "/old", "/shaky/x", "/nothing"])
      await client.get(path);
    await edge.settled();
    await reported("counted.test");

    const { totals } = (await ask("/v1/sites/counted.test/tally")).json();
    expect(totals.requests).toMatchObject({
      "pages uri-miss 2xx": 1,
      "broken uri-miss 5xx": 1,
      "moved none 3xx": 1,
      "shaky uri-miss 2xx": 1,
      "none none 4xx": 1,
    });
    expect(totals.requests["pages hit 2xx"]).toBeGreaterThanOrEqual(2);
    expect(totals.refusals).toEqual({ "no-route": 1 });
    expect(totals.attempts).toMatchObject({
      "web a 1 2xx": 1,
      "shaky dead 1 connect": 1,
      "shaky live 2 2xx": 1,
    });
    expect(Object.keys(totals.durations).sort()).toEqual(["broken", "moved", "none", "pages", "shaky"]);

    const metrics = await ask("/metrics");
    expect(metrics.header("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(metrics.text).toContain('headgate_keeper_up{site="counted.test"} 1\n');
    expect(metrics.text).toContain(
      'headgate_origin_attempts_total{site="counted.test",pool="shaky",origin="dead",attempt="1",outcome="connect"} 1\n',
    );
  });

  it("count what is asked of an origin in the background, too", async () => {
    const attempts = async () =>
      (await ask("/v1/sites/counted.test/tally")).json().totals.attempts["web a 1 2xx"] ?? 0;
    const before = await attempts();
    await edge.advance(60_000); // the page is stale
    await edge.client("counted.test").get("/page");
    await reported("counted.test");
    expect(await attempts()).toBeGreaterThan(before);
  });

  it("tell what was lately, in the slots that have ended", async () => {
    await reported("counted.test");
    await edge.advance(10_000);
    const lately = (await ask("/v1/sites/counted.test/tally?last=1m")).json().recent;
    expect(lately.overMs).toBe(60_000);
    expect(lately.counts.durations).toHaveProperty("all");
    await edge.advance(3_600_000);
    const quiet = (await ask("/v1/sites/counted.test/tally?last=1m")).json().recent;
    expect(quiet.counts.requests).toEqual({});
    const wrong = await ask("/v1/sites/counted.test/tally?last=soon");
    expect([wrong.status, wrong.json().detail]).toEqual([
      400,
      expect.stringMatching(/^last is not a duration/),
    ]);
  });

  it("say of which site the keeper does not answer", async () => {
    await edge.control({ keepersAreDown: true });
    const metrics = await ask("/metrics");
    expect([metrics.status, metrics.text]).toEqual([
      200,
      expect.stringContaining('headgate_keeper_up{site="counted.test"} 0\n'),
    ]);
    expect((await ask("/v1/sites/counted.test/tally")).status).toBe(503);
    await edge.control({ keepersAreDown: false });
  });

  it("are not there without a token, or on the host of a site", async () => {
    expect((await edge.client("admin.test").get("/metrics")).status).toBe(401);
    const onSite = await edge.client("counted.test").get("/metrics", { authorization: `Bearer ${SECRET}` });
    expect([onSite.status, onSite.json().title]).toEqual([404, "no-route"]);
  });
});
