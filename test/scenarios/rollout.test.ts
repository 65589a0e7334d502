// Two versions of a site at once, in a real workerd: who gets which, what the log says, and which stored responses they share.
import { beforeEach, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import { type NextVersion, recordText, versionKey } from "../../shared/site/site-record.ts";
import { standingOf } from "../../worker/routing/rollout.ts";
import { asPushed } from "../support/as-pushed.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const SALT = "a salt";
const CLIENTS = Array.from({ length: 200 }, (_, at) => `192.0.2.${at}`);
const EARLY = CLIENTS.find((ip) => standingOf(ip, SALT) < 0.05) ?? "";
const LATE = CLIENTS.find((ip) => standingOf(ip, SALT) > 0.5) ?? "";
const EXPIRE_MS = 60_000;

describe("a site whose next version is rolled out", () => {
  const edge = useEdge();
  const [stable, canary] = [useOrigin(), useOrigin()];
  let sites = 0;

  async function store(host: string, live: object, next: object, share: number) {
    const versions: string[] = [];
    const texts: Record<string, string> = {};
    for (const file of [live, next]) {
      const json = JSON.stringify({ hosts: [host], trustedProxies: ["127.0.0.1/32"], ...file });
      versions.push(await fingerprintOf(json));
      texts[versionKey(host, versions.at(-1) ?? "")] = await asPushed(json);
    }
    const [a = "", b = ""] = versions;
    const record = (state: { live: string; next?: NextVersion }) =>
      recordText({ site: host, hosts: [host], before: [], kept: [], retired: [], ...state });
    await edge.control({
      sites: { ...texts, [host]: record({ live: a, next: { version: b, share, salt: SALT } }) },
    });
    return {
      client: edge.client(host),
      live: a,
      next: b,
      put: async (state: { live: string; next?: NextVersion }) => {
        await edge.control({ sites: { [host]: record(state) } });
        await edge.advance(EXPIRE_MS);
      },
    };
  }
  const aHost = () => `rollout-${++sites}.test`;
  const from = (client: EdgeClient, ip: string, path = "/") => client.get(path, { "x-forwarded-for": ip });
  const saying = (body: string) => ({ routes: [{ id: "rest", respond: { body } }] });

  it("gives a client the same version each time, more clients with a larger share, and all when it is live", async () => {
    const { client, live, next, put } = await store(aHost(), saying("live"), saying("next"), 0.1);
    const taken = async () => {
      const got: string[] = [];
      for (const ip of CLIENTS) if ((await from(client, ip)).text === "next") got.push(ip);
      return got;
    };
    const few = await taken();
    expect(few).toEqual(CLIENTS.filter((ip) => standingOf(ip, SALT) < 0.1));
    expect(await taken()).toEqual(few);
    await put({ live, next: { version: next, share: 0.5, salt: SALT } });
    const more = await taken();
    expect(more).toEqual(CLIENTS.filter((ip) => standingOf(ip, SALT) < 0.5));
    expect(few.every((ip) => more.includes(ip))).toBe(true);
    await put({ live: next });
    expect(await taken()).toEqual(CLIENTS);
    await put({ live });
    expect(await taken()).toEqual([]);
  });

  it("has the version that took the request in its log record", async () => {
    const { client, live, next } = await store(aHost(), saying("live"), saying("next"), 0.1);
    await from(client, EARLY, "/early");
    await from(client, LATE, "/late");
    expect((await edge.record("/early"))?.version).toBe(next);
    expect((await edge.record("/late"))?.version).toBe(live);
  });

  it("keeps the version that is there when the other one is missing", async () => {
    const { client, live, put } = await store(aHost(), saying("live"), saying("next"), 0.1);
    await put({ live, next: { version: "0123456789ab", share: 0.9, salt: SALT } });
    expect((await from(client, EARLY)).text).toBe("live");
    expect(await edge.settled()).toMatchObject({
      warnings: expect.arrayContaining([
        expect.objectContaining({ message: expect.stringContaining("a version of the site cannot be used") }),
      ]),
    });
  });

  describe("and the cache", () => {
    const proxied = (url: string, more: object = {}) => ({
      pools: { web: { origins: [{ id: "o", url }] } },
      routes: [{ id: "rest", to: "web", cache: { ttl: "1h" }, ...more }],
    });
    beforeEach(() => {
      for (const [origin, body] of [
        [stable, "stable"],
        [canary, "canary"],
      ] as const)
        origin.answers((_request, response) => void response.end(body));
    });
    const bodies = async (client: EdgeClient, ...ips: string[]) => {
      const texts: string[] = [];
      for (const ip of ips) texts.push((await from(client, ip, "/page")).text);
      return texts;
    };

    it("shares what is stored where both versions ask the same origins for the same thing", async () => {
      const other = { headers: { response: { set: { "x-version": "next" } } } };
      const { client } = await store(aHost(), proxied(stable.url), proxied(stable.url, other), 0.1);
      const seen = stable.seen.length;
      const late = await from(client, LATE, "/page");
      const early = await from(client, EARLY, "/page");
      expect([late.text, early.text, stable.seen.length - seen]).toEqual(["stable", "stable", 1]);
      // What a version does to a response on its way out is not stored.
      expect([late.header("x-version"), early.header("x-version")]).toEqual([null, "next"]);
    });

    it("keeps apart what the origins of a changed pool send, both ways", async () => {
      const { client, live, next, put } = await store(aHost(), proxied(stable.url), proxied(canary.url), 0.1);
      expect(await bodies(client, EARLY, LATE, EARLY, LATE)).toEqual([
        "canary",
        "stable",
        "canary",
        "stable",
      ]);
      const asked = stable.seen.length + canary.seen.length;
      await put({ live, next: { version: next, share: 0.2, salt: SALT } });
      expect(await bodies(client, EARLY, LATE)).toEqual(["canary", "stable"]);
      expect(stable.seen.length + canary.seen.length).toBe(asked);
    });

    // A client that had the next version wrote something, and still got the response of before: the change was recorded under the
    // keys of the live version. In the other direction, too, what is kept apart was not forgotten.
    it.each([
      ["the next", EARLY],
      ["the live", LATE],
    ])("forgets for all clients what one with %s version has changed", async (_version, writer) => {
      const bySession = { cache: { ttl: "1h", key: { query: { only: ["v"] } } } };
      const { client } = await store(aHost(), proxied(stable.url), proxied(canary.url, bySession), 0.1);
      const asked = () => stable.seen.length + canary.seen.length;
      const page = "/page?v=1&from=mail";
      const read = async () => {
        for (const ip of [EARLY, LATE]) await from(client, ip, page);
      };
      await read();
      const before = asked();
      await read();
      expect(asked()).toBe(before);
      await client.ask(page, { method: "POST", headers: { "x-forwarded-for": writer } });
      await read();
      expect(asked()).toBe(before + 3);
    });

    it("keeps apart what is asked for in another way", async () => {
      const rewritten = { rewrite: { addPrefix: "/v2" } };
      const { client } = await store(aHost(), proxied(stable.url), proxied(stable.url, rewritten), 0.1);
      await bodies(client, EARLY, LATE);
      expect(stable.seen.map(({ url }) => url)).toEqual(["/v2/page", "/page"]);
    });

    it("believes nothing bad of an origin of the live version because the next one's fails", async () => {
      const pool = (o: string) => ({
        pools: {
          web: {
            origins: [
              { id: "o", url: o, weight: 1000 },
              { id: "p", url: canary.url, weight: 1 },
            ],
          },
        },
        routes: [{ id: "rest", to: "web", cache: "off" }],
      });
      const { client } = await store(aHost(), pool(stable.url), pool("http://127.0.0.1:9"), 0.1);
      await edge.control({ randoms: Array.from({ length: 50 }, () => 0) });
      await from(client, EARLY, "/early");
      expect((await edge.record("/early"))?.attempts).toEqual(["o connect", "p 200"]);
      await from(client, LATE, "/late");
      expect((await edge.record("/late"))?.attempts).toEqual(["o 200"]);
    });
  });
});
