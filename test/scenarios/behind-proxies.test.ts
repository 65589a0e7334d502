// What the proxies in front of the edge say of the client's request, and what of it is theirs to say.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const edge = useEdge();
const origin = useOrigin();

/** The connection comes from 127.0.0.1, and what stands between is 10.0.0.0/8. */
const siteWith = (more: Partial<SiteFile> = {}): Promise<EdgeClient> =>
  edge.site({
    trustedProxies: ["127.0.0.1", "10.0.0.0/8"],
    pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
    routes: [
      { id: "plain", match: { scheme: "http", path: "/secure/*" }, redirect: { scheme: "https" } },
      { id: "rest", cache: "off", to: "web" },
    ],
    ...more,
  });

describe("the scheme", () => {
  it.each([
    ["https", 200],
    ["HTTPS", 200],
    ["wss", 200],
    ["http", 302],
    ["ws", 302],
    ["gopher", 302],
  ])("is the client's where the proxy says %s: %d", async (proto, status) => {
    const client = await siteWith();
    const answer = await client.get("/secure/x", { "x-forwarded-proto": proto });
    expect(answer.status).toBe(status);
    if (status === 200) expect(origin.last.headers["x-forwarded-proto"]).toBe("https");
  });

  it.each([
    ["two proxies that each add their own", "203.0.113.9, 10.0.0.2", "https, http", "https"],
    ["three of them", "203.0.113.9, 10.0.0.2, 10.0.0.3", "https, http, http", "https"],
    ["two, of which one adds", "203.0.113.9, 10.0.0.2", "https", "https"],
    ["two, behind a client that lies", "203.0.113.9, 10.0.0.2", "https, http, http", "http"],
    ["one, behind a client that lies", "203.0.113.9", "https, http", "http"],
    ["one, behind a client that names a trusted proxy", "10.0.0.2, 203.0.113.9", "https, http", "http"],
    ["one that knows no client", "10.0.0.2, unknown", "https, http", "http"],
    ["one that names no client", undefined, "https, http", "http"],
  ])("is what the first of the trusted ones met: %s", async (_name, chain, proto, scheme) => {
    const client = await siteWith();
    await client.get("/", {
      ...(chain !== undefined && { "x-forwarded-for": chain }),
      "x-forwarded-proto": proto,
    });
    expect(origin.last.headers["x-forwarded-proto"]).toBe(scheme);
  });

  it("and the host are so in Forwarded too", async () => {
    const client = await siteWith();
    await client.get("/", {
      forwarded:
        "for=6.6.6.6;proto=http;host=evil.test, for=203.0.113.9;proto=https;host=shop.test, for=10.0.0.2;proto=http;host=inner.test",
    });
    expect(origin.last.headers).toMatchObject({
      "x-forwarded-for": "203.0.113.9, 10.0.0.2, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "shop.test",
    });
  });

  it("and the host are so in X-Forwarded-Host", async () => {
    const client = await siteWith();
    await client.get("/", {
      "x-forwarded-for": "203.0.113.9, 10.0.0.2",
      "x-forwarded-host": "evil.test, shop.test, inner.test",
    });
    expect(origin.last.headers["x-forwarded-host"]).toBe("shop.test");
  });
});

describe("the fields that a site's proxies write", () => {
  const BOTH = {
    "x-forwarded-for": "198.51.100.1",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "x.test",
    "x-forwarded-prefix": "/admin",
    forwarded: "for=203.0.113.9;host=f.test",
  };

  it("are Forwarded where it says so, and a client's X-Forwarded-* are then its own", async () => {
    await (await siteWith({ trustedFields: "forwarded" })).get("/", BOTH);
    expect(origin.last.headers).toMatchObject({
      "x-forwarded-for": "203.0.113.9, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "f.test",
    });
    expect(origin.last.headers["x-forwarded-prefix"]).toBeUndefined();
    const { forwarded: _, ...alone } = BOTH;
    await (await siteWith({ trustedFields: "forwarded" })).get("/", alone);
    expect(origin.last.headers["x-forwarded-for"]).toBe("127.0.0.1");
  });

  it("are X-Forwarded-* where it says so, and a client's Forwarded is then its own", async () => {
    await (await siteWith({ trustedFields: "x-forwarded" })).get("/", BOTH);
    expect(origin.last.headers).toMatchObject({
      "x-forwarded-for": "198.51.100.1, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "x.test",
      "x-forwarded-prefix": "/admin",
    });
    await (await siteWith({ trustedFields: "x-forwarded" })).get("/", { forwarded: BOTH.forwarded });
    expect(origin.last.headers["x-forwarded-for"]).toBe("127.0.0.1");
  });
});

describe("one deployment before another, both with a site for every host", () => {
  const inner = useEdge();

  it("is no loop; and a loop through both is one", async () => {
    const outerSite = (to: string) => ({
      hosts: ["*"],
      pools: { web: { origins: [{ id: "a", url: to }], retry: { attempts: 1 } } },
      routes: [{ id: "rest", cache: "off" as const, to: "web" }],
    });
    await inner.site(outerSite(origin.url));
    await edge.site(outerSite(inner.url));
    const answer = await edge.client("any.test").get("/x");
    expect([answer.status, answer.text]).toEqual([200, "hello"]);
    expect(String(origin.last.headers["cdn-loop"]).split(", ")).toHaveLength(2);

    await inner.site(outerSite(edge.url));
    await inner.advance(20_000); // the site is read again behind the next request's back
    await inner.client("any.test").get("/refresh");
    await inner.settled();
    const loop = await edge.client("any.test").get("/x");
    expect([loop.status, loop.json()]).toMatchObject([508, { title: "loop" }]);
  });
});
