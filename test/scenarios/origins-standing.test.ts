// What the keeper tells of origins decides which of them requests meet: those that its probes find to be down, and those that an operator
// drains. The clock and the probes are the test's; test/scenarios/probes-on-workerd.test.ts has real ones.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const SITE = "stood.test";
const SECRET = "a-secret-that-opens-everything";
const edge = useEdge({
  TEST_KEEPERS: "yes",
  HEADGATE_ADMIN_HOST: "admin.test",
  HEADGATE_ADMIN_TOKEN: SECRET,
});
const edgeOnLoopback = useEdge({
  TEST_KEEPERS: "yes",
  HEADGATE_ADMIN_HOST: "127.0.0.1",
  HEADGATE_ADMIN_TOKEN: SECRET,
});
const fra = useOrigin((_ask, answer) => void answer.end("fra"));
const iad = useOrigin((_ask, answer) => void answer.end("iad"));

const site = () => ({
  hosts: [SITE],
  pools: {
    web: {
      origins: [
        { id: "fra", url: fra.url },
        { id: "iad", url: iad.url },
      ],
      health: { path: "/healthz", every: "10s", fall: 2, rise: 2 } as const,
    },
  },
  routes: [{ id: "rest", cache: "off" as const, to: "web" }],
});

let client: EdgeClient;
beforeAll(async () => {
  client = await edge.site(site());
  await client.get("/"); // and the isolate tells the keeper what to probe
  await edge.settled();
});

/** The answers of so many requests, counted. The isolate reads the snapshot again before. */
async function answers(count = 40): Promise<Record<string, number>> {
  await edge.advance(4_000);
  await client.get("/");
  await edge.settled();
  const texts: string[] = [];
  for (let index = 0; index < count; index++) texts.push((await client.get("/")).text);
  return Object.fromEntries([...Map.groupBy(texts, (text) => text)].map(([text, all]) => [text, all.length]));
}

async function probe(failing: Record<string, string>, times = 1): Promise<readonly string[]> {
  let probed: readonly string[] = [];
  for (let round = 0; round < times; round++) {
    await edge.advance(10_000);
    ({ probed } = await edge.control({ probe: { site: SITE, failing } }));
  }
  return probed;
}

const admin = async (method: "GET" | "PUT" | "DELETE", path: string, body?: unknown) => {
  const answer = await edge.client("admin.test").ask(path, {
    method,
    headers: { authorization: `Bearer ${SECRET}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, value: answer.json() };
};
const drains = (origin: string) => `/v1/sites/${SITE}/drains/${origin}`;

describe("an origin that the probes find to be down", () => {
  it("is what an isolate has told the keeper to probe", async () => {
    expect(await probe({})).toEqual([`${fra.url}/healthz`, `${iad.url}/healthz`]);
  });

  it("gets no request once it has failed often enough, and gets its share again when it is good", async () => {
    await probe({ "web/fra": "timeout" });
    expect(Object.keys(await answers()).sort()).toEqual(["fra", "iad"]);
    await probe({ "web/fra": "timeout" });
    expect(await answers()).toEqual({ iad: 40 });
    await probe({});
    expect(await answers()).toEqual({ iad: 40 });
    await probe({});
    await edge.advance(30_000); // the slow start
    expect(Object.keys(await answers()).sort()).toEqual(["fra", "iad"]);
  });

  it("is asked all the same if all are down: a wrong probe takes no site down", async () => {
    await probe({ "web/fra": "404", "web/iad": "404" }, 2);
    expect(Object.keys(await answers()).sort()).toEqual(["fra", "iad"]);
    await probe({}, 2);
  });

  it("gets no POST if all are down and requests have found that out too: 503, and nobody has carried it out", async () => {
    for (const origin of [fra, iad]) origin.answers((ask) => void ask.socket.destroy());
    const post = async () => (await client.ask("/order", { method: "POST", body: "once" })).status;
    const posts = () => [...fra.seen, ...iad.seen].filter(({ method }) => method === "POST").length;
    await probe({ "web/fra": "connect", "web/iad": "connect" }, 2);
    await answers(1);
    [fra.seen, iad.seen] = [[], []];
    for (let request = 0; request < 5; request++) expect(await post()).toBe(503);
    expect(posts()).toBe(0);
    expect(await edge.record("/order")).toMatchObject({ refusal: "no-origin", attempts: [] });

    fra.answers((_ask, answer) => void answer.end("fra"));
    iad.answers((_ask, answer) => void answer.end("iad"));
    await probe({}, 2);
    await answers(10);
    expect([await post(), posts()]).toEqual([200, 1]);
    await edge.advance(30_000); // the slow start
  });

  it("stays what it was while the keeper does not answer", async () => {
    await probe({ "web/fra": "timeout" }, 2);
    expect(await answers()).toEqual({ iad: 40 });
    await edge.control({ keepersAreDown: true });
    expect(await answers()).toEqual({ iad: 40 });
    await edge.control({ keepersAreDown: false });
    await probe({}, 2);
  });
});

describe("an origin that is drained", () => {
  afterEach(async () => {
    for (const origin of ["web/fra", "web/iad"]) await admin("DELETE", drains(origin));
  });

  it("gets no new clients, at once and without a publication, until it is undrained", async () => {
    const { status, value } = await admin("PUT", drains("web/fra"), {});
    expect([status, value]).toEqual([200, { revision: expect.any(Number) }]);
    expect(await answers()).toEqual({ iad: 40 });
    await admin("DELETE", drains("web/fra"));
    expect(Object.keys(await answers()).sort()).toEqual(["fra", "iad"]);
  });

  it("is not the last usable one, unless that is forced", async () => {
    await admin("PUT", drains("web/fra"), {});
    const refused = await admin("PUT", drains("web/iad"), {});
    expect([refused.status, refused.value.title]).toEqual([409, "last-origin"]);
    expect(await answers()).toEqual({ iad: 40 });
    expect((await admin("PUT", drains("web/iad"), { force: true })).status).toBe(200);
    await edge.advance(4_000);
    await client.get("/"); // the next request acts on it
    await edge.settled();
    expect((await client.get("/none-left")).json()).toMatchObject({ status: 503, title: "no-origin" });
    expect(await edge.record("/none-left")).toMatchObject({
      refusal: "no-origin",
      pool: "web",
      attempts: [],
      status: 503,
    });
  });

  it("is not the last usable one either if the other is down", async () => {
    await probe({ "web/iad": "timeout" }, 2);
    expect((await admin("PUT", drains("web/fra"), {})).value.title).toBe("last-origin");
    await probe({}, 2);
    expect((await admin("PUT", drains("web/fra"), {})).status).toBe(200);
  });

  it.each([
    ["PUT", "wbe/fra", "The site has no pool `wbe`; did you mean `web`?"],
    ["PUT", "web/fraa", "The pool web has no origin `fraa`; did you mean `fra`?"],
    ["PUT", "web/paris", "The pool web has no origin `paris`; there are: fra, iad."],
    ["DELETE", "web/paris", "The pool web has no origin `paris`; there are: fra, iad."],
    ["DELETE", "__proto__/x", "The site has no pool `__proto__`; there are: web."],
  ] as const)("is not one that there is not: %s %s", async (method, origin, detail) => {
    const { status, value } = await admin(method, drains(origin), method === "PUT" ? {} : undefined);
    expect([status, value.detail]).toEqual([404, detail]);
  });

  it("that the site has lost since can be put back", async () => {
    await admin("PUT", drains("web/fra"), {});
    const { pools, ...rest } = site();
    const [, kept] = pools.web.origins;
    await edge.site({ ...rest, pools: { web: { origins: kept ? [kept] : [] } } });
    await edge.advance(61_000);
    await client.get("/");
    await edge.settled();
    const listed = async () => (await admin("GET", `/v1/sites/${SITE}/origins`)).value.origins;
    expect(await listed()).toMatchObject([
      { origin: "iad", standing: "good" },
      { origin: "fra", state: "gone", standing: "drained" },
    ]);
    expect((await admin("DELETE", drains("web/fra"))).status).toBe(200);
    expect(await listed()).toHaveLength(1);
    await edge.site(site());
    await edge.advance(61_000);
    await client.get("/");
    await edge.settled();
  });

  it("needs a token that may publish", async () => {
    const answer = await edge.client("admin.test").ask(drains("web/fra"), { method: "PUT", body: "{}" });
    expect(answer.status).toBe(401);
  });
});

describe("the table of origins", () => {
  it("tells standing, since when, why, and the share of traffic", async () => {
    await probe({});
    await probe({ "web/fra": "503" }, 2);
    await answers();
    await edge.advance(10_000);
    await answers(1);
    const { value } = await admin("GET", `/v1/sites/${SITE}/origins`);
    expect(value.origins).toMatchObject([
      { pool: "web", origin: "fra", standing: "down", because: "503", lastFailure: { because: "503" } },
      {
        pool: "web",
        origin: "iad",
        standing: "good",
        because: null,
        lastFailure: { because: "timeout" },
        lastProbe: { ms: 5 },
      },
    ]);
    expect(value.origins[1].share).toBeGreaterThan(0.5);
    expect(value.origins[0].since).toBeLessThan(value.now);
    const metrics = await edge.client("admin.test").get("/metrics", { authorization: `Bearer ${SECRET}` });
    expect(metrics.text).toContain(`headgate_origin_up{site="${SITE}",pool="web",origin="fra"} 0\n`);
    expect(metrics.text).toContain(`headgate_origin_up{site="${SITE}",pool="web",origin="iad"} 1\n`);
  });
});

describe("the commands", () => {
  const run = (...words: string[]) =>
    runHeadgate(import.meta.dirname, words, { HEADGATE_EDGE: edgeOnLoopback.url, HEADGATE_TOKEN: SECRET });
  beforeAll(async () => {
    await edgeOnLoopback.site(site());
  });

  it("drain an origin and put it back, and say so", async () => {
    const drained = await run("drain", "web/fra");
    expect([drained.code, drained.out]).toEqual([
      0,
      expect.stringMatching(/^web\/fra of stood\.test is drained \(revision \d+\)\n$/),
    ]);
    expect((await run("status")).out).toMatch(/\n {2}web\/fra {2}drained {3}not probed/);
    const undrained = await run("undrain", "web/fra", "--json");
    expect(JSON.parse(undrained.out)).toEqual({
      ok: true,
      site: "stood.test",
      pool: "web",
      origin: "fra",
      drained: false,
      revision: expect.any(Number),
    });
  });

  it.each([
    [["drain", "web"], 2, /^error: web is not POOL\/ORIGIN; write, for example, web\/fra/],
    [["drain", "web/fra/x"], 2, /is not POOL\/ORIGIN/],
    [["drain", "web/fraa"], 1, /^error: The pool web has no origin `fraa`; did you mean `fra`\?\n$/],
    [["drain", "web/fra", "--site", "other.test"], 1, /^error: The edge has no site other\.test\.\n$/],
  ] as const)("refuse %j", async (words, code, message) => {
    const ran = await run(...words);
    expect([ran.code, ran.err]).toEqual([code, expect.stringMatching(message)]);
  });

  it("name --force where the last usable origin is meant", async () => {
    await run("drain", "web/fra");
    const refused = await run("drain", "web/iad");
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("; --force if that is meant.")]);
    expect((await run("drain", "web/iad", "--force")).code).toBe(0);
  });
});
