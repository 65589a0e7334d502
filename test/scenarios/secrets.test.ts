// Secrets that a site file names, on a real edge: who gets their values, and where they never are.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, deadUrl, useOrigin } from "../support/origin.ts";

const KEY = "sk-live-7d0f2a";

describe("secrets of a site", () => {
  const edge = useEdge({
    TEST_KEEPERS: "1",
    HEADGATE_SECRET_KEY: KEY,
    HEADGATE_SECRET_QUERY: "a&b=c é",
    HEADGATE_SECRET_TWO_LINES: "a\nx-admin: 1",
    HEADGATE_SECRET_OF_PAY: "only-for-pay",
    HEADGATE_SECRETS_FOR: "KEY QUERY TWO_LINES GONE OF_PAY@pay.test",
    HEADGATE_ADMIN_NOTE: "of the edge itself",
  });
  const origin = useOrigin(
    afterBody(({ url = "" }, response) => {
      if (url.startsWith("/folder?")) {
        const location = url.replace("/folder", "/folder/");
        response.writeHead(301, { location, "cache-control": "max-age=60" });
        return void response.end(`Found. Redirecting to ${location}`);
      }
      response.writeHead(200, { "cache-control": "max-age=60", vary: "x-key, authorization" }).end("page");
    }),
  );
  const page = useOrigin(afterBody((_request, response) => void response.end("sorry")));

  type RouteFile = Partial<SiteFile["routes"][number]>;
  const site = (route: RouteFile, more: Partial<SiteFile> = {}) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        { id: "plain", match: { path: "/plain" }, respond: { body: "plain" } },
        { id: "r", ...(!route.respond && { to: "web" }), ...route },
      ],
      ...more,
    });
  /** All that the edge has told anybody but the origin. */
  const told = async () => {
    const { records, warnings, asked } = await edge.settled();
    return JSON.stringify([records, warnings, asked, edge.output]);
  };

  it("reach the origin in fields and in the query, in place of what the client sent", async () => {
    const client = await site({
      headers: {
        request: { set: { authorization: "Bearer ${secret:KEY}" }, add: { "x-key": "${secret:KEY}" } },
      },
      rewrite: { query: { set: { key: "${secret:QUERY}" } } },
    });
    const answer = await client.get("/a?key=forged", { authorization: "Basic forged" });
    expect(answer.status).toBe(200);
    expect(origin.last.headers).toMatchObject({ authorization: `Bearer ${KEY}`, "x-key": KEY });
    expect(origin.last.url).toBe("/a?key=a%26b%3Dc%20%C3%A9");
    expect(await told()).not.toContain(KEY);
  });

  it("are in no key of a stored response, and a hit needs none", async () => {
    const client = await site({
      headers: { request: { set: { "x-key": "${secret:KEY}", "x-ip": "${client.ip}" } } },
      rewrite: { query: { set: { key: "${secret:KEY}", ip: "${client.ip}" } } },
      cache: { ttl: "1h" },
    });
    origin.seen = [];
    await client.get("/stored");
    await edge.settled();
    const hit = await client.get("/stored");
    expect([hit.header("cache-status"), origin.seen.length]).toEqual([expect.stringContaining("hit"), 1]);
    expect(JSON.stringify([...hit.headers])).not.toContain(KEY);
  });

  it("are not in a redirect of an origin that repeats its query, nor in the stored one", async () => {
    const client = await site({
      rewrite: { query: { set: { key: "${secret:KEY}" } } },
      cache: { ttl: "1h" },
    });
    for (const _ of ["from the origin", "from the store"]) {
      const answer = await client.get("/folder?a=1");
      expect([answer.status, answer.header("location"), answer.text]).toEqual([301, "/folder/?a=1", ""]);
      expect(origin.last.url).toBe(`/folder?a=1&key=${KEY}`);
      await edge.settled();
    }
  });

  it("reach the client where the site says so", async () => {
    const client = await site(
      { respond: { headers: { "x-own": "v ${secret:KEY}" } } },
      { headers: { response: { set: { "x-all": "${secret:KEY}" } } } },
    );
    const answer = await client.get("/");
    expect([answer.header("x-own"), answer.header("x-all")]).toEqual([`v ${KEY}`, KEY]);
  });

  it.each([
    ["is not set", "GONE"],
    ["could end a header field", "TWO_LINES"],
    ["is for another site", "OF_PAY"],
  ])("that %s: its route answers 500 and asks no origin; the log names it once", async (_what, name) => {
    const client = await site({ headers: { request: { set: { "x-key": `\${secret:${name}}` } } } });
    origin.seen = [];
    const refused = [await client.get("/a"), await client.get("/b")];
    expect(refused.map(({ status }) => status)).toEqual([500, 500]);
    expect(refused[0]?.json()).toMatchObject({ title: "secret-missing" });
    expect(refused[0]?.text).not.toContain(name);
    expect((await client.get("/plain")).text).toBe("plain");
    expect(origin.seen).toEqual([]);
    const { warnings } = await edge.settled();
    const named = warnings.filter((warning) => JSON.stringify(warning).includes(name));
    expect(named).toHaveLength(1);
    expect(named[0]).toMatchObject({ message: "a site names a secret that it cannot use", secret: name });
    expect(await told()).not.toMatch(/x-admin|only-for-pay/);
  });

  it("are for the site that may use them", async () => {
    const client = await site(
      { headers: { request: { set: { "x-key": "${secret:OF_PAY}" } } } },
      { hosts: ["pay.test"] },
    );
    await client.get("/");
    expect(origin.last.headers["x-key"]).toBe("only-for-pay");
  });

  it("are no other variables of the edge", async () => {
    for (const name of ["HEADGATE_ADMIN_NOTE", "ADMIN_NOTE", "HEADGATE_SECRET_KEY"]) {
      const client = await site({ headers: { request: { set: { "x-key": `\${secret:${name}}` } } } });
      expect((await client.get("/")).status).toBe(500);
    }
  });

  it("are not sent to the pool whose page stands in for the origin", async () => {
    const client = await site(
      {
        headers: { request: { set: { "x-key": "${secret:KEY}" } } },
        rewrite: { query: { set: { k: "${secret:KEY}" } } },
      },
      {
        pools: {
          web: { origins: [{ id: "a", url: await deadUrl() }], sorry: "page" },
          page: { origins: [{ id: "p", url: page.url }] },
        },
      },
    );
    expect((await client.get("/")).status).toBe(502);
    expect([page.last.headers["x-key"], page.last.url]).toEqual([undefined, "/"]);
  });
});
