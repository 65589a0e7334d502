// Access rules over TCP: nobody comes in by another spelling, another method, an upgrade, a part, a cache or a field that claims
// another address. The spellings of paths are those of guards.test.ts and canonical-path.test.ts, and those that published attacks on
// proxies in front of Tomcat, Spring, Express and IIS use.
import net from "node:net";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

type Routes = SiteFile["routes"];

/** This client is 127.0.0.1. */
const NOT_THIS_CLIENT = { allow: { ip: "192.0.2.0/24" } };
const KNOCKS = { "x-knock": "please" };

describe("a route that this client may not use", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => void response.end("secret"));

  const siteWith = (routes: Routes, more: Partial<SiteFile> = {}) =>
    edge.site({ pools: { web: { origins: [{ id: "a", url: origin.url }] } }, routes, ...more });
  const guarded = (more: Partial<SiteFile> = {}) =>
    siteWith(
      [
        { id: "admin", match: { path: "/admin/*" }, access: NOT_THIS_CLIENT, to: "web" },
        { id: "rest", to: "web" },
      ],
      more,
    );

  it("gets 403, learns nothing of the rule, and asks no origin", async () => {
    const client = await guarded();
    const answer = await client.get("/admin/x");
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ status: 403, type: expect.stringContaining("access-denied") });
    expect(answer.text).not.toMatch(/192\.0\.2|allow|secret/);
    expect(answer.header("cache-control")).toMatch(/no-store|private/);
    expect(answer.header("proxy-status")).toMatch(/http_request_denied/);
    expect(origin.seen).toEqual([]);
    expect(await edge.record("/admin/x")).toMatchObject({
      status: 403,
      refusal: "access-denied",
      route: "admin",
    });
    expect((await client.get("/administrator")).status).toBe(200);
  });

  it.each([
    "/admin",
    "/admin/",
    "/admin/x",
    "//admin/x",
    "/./admin/x",
    "/x/../admin/x",
    "/x/%2e%2e/admin/x",
    "/x/.%2E/admin/x",
    "/%61dmin/x",
    "/%61%64%6d%69%6e/x",
    "/adm%69n/x?a=/../public",
    "/admin;v=1/x",
    "/admin;/x",
    "/;/admin/x",
    "/admin%3bx/users",
    "/x/..;/admin/x",
    "/x/..%3b/admin/x",
    "/x/..%2fadmin/x",
    "/x/..%5cadmin/x",
    "/x\\..\\admin\\x",
    "/admin%2fx",
    "/admin%5cx",
    "/admin%00/x",
    "/admin%0a/x",
    "/admin/x%2f..%2f..%2fpublic",
    "/public/%2e%2e%2fadmin/x",
    "/%2fadmin/x",
    "/admin/.",
    "/admin/..;/admin/x",
    "/admin//x",
    "/admin/x/../y",
  ])("does not let %s reach the origin", async (path) => {
    const client = await guarded();
    expect([400, 403]).toContain((await client.get(path)).status);
    expect(origin.seen).toEqual([]);
  });

  it("does not let a target in absolute form reach the origin, whatever Host says", async () => {
    await guarded({ hosts: ["guarded.test"] });
    for (const [target, host] of [
      ["http://guarded.test/admin/x", "guarded.test"],
      ["http://guarded.test/admin/x", "elsewhere.test"],
      ["http://GUARDED.test:80//admin/x", "guarded.test"],
      ["/admin/x", "GUARDED.TEST."],
      ["/admin/x", "guarded.test:1"],
    ] as const)
      expect((await sendRaw(edge.url, rawGet(target, host))).status, `${target} ${host}`).not.toBe(200);
    expect(origin.seen).toEqual([]);
  });

  it.each(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY", "PROPFIND", "MOVE", "PURGE"])(
    "refuses %s",
    async (method) => {
      const client = await guarded();
      const answer = await client.ask("/admin/x", { method });
      expect(answer.status).toBe(403);
      if (method === "HEAD") expect(answer.text).toBe("");
      expect(origin.seen).toEqual([]);
    },
  );

  it.each<[string, Record<string, string>]>([
    ["another method", { "x-http-method-override": "GET", "x-method-override": "GET" }],
    ["another path", { "x-original-url": "/public", "x-rewrite-url": "/public" }],
    ["a part", { range: "bytes=0-0" }],
    ["what is newer", { "if-none-match": "*", "if-modified-since": "Sat, 28 Nov 2026 12:00:00 GMT" }],
    ["what is stored", { "cache-control": "only-if-cached" }],
    ["what a preflight asks", { origin: "https://a.test", "access-control-request-method": "GET" }],
    ["no hop further", { "max-forwards": "0" }],
  ])("refuses a request for %s", async (_what, headers) => {
    const client = await guarded();
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const { "max-forwards": hops } = headers;
      const answer = await client.ask("/admin/x", { method, headers });
      expect(answer.status, `${method} ${hops ?? ""}`).toBe(403);
    }
    expect(origin.seen).toEqual([]);
  });

  it("is not reached by a field that claims another path at an open route", async () => {
    const client = await guarded();
    await client.get("/public", { "x-original-url": "/admin/x", "x-rewrite-url": "/admin/x" });
    expect(origin.last.url).toBe("/public");
    expect(origin.last.headers).not.toHaveProperty("x-original-url");
    expect(origin.last.headers).not.toHaveProperty("x-rewrite-url");
  });

  it("refuses a WebSocket, and no connection reaches the origin", async () => {
    await guarded({ hosts: ["ws-guarded.test"] });
    const upgrade =
      "GET /admin/ws HTTP/1.1\r\nHost: ws-guarded.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const { port } = new URL(edge.url);
    const status = await new Promise((resolve) => {
      const socket = net.connect(Number(port), "127.0.0.1", () => socket.write(upgrade));
      socket.on("data", (data) => {
        resolve(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1]);
        socket.destroy();
      });
    });
    expect(status).toBe("403");
    expect(origin.seen).toEqual([]);
  });

  // nginx realip, HAProxy `src` and Traefik's IPStrategy all have had configurations that believed them.
  it.each([
    "x-forwarded-for",
    "x-real-ip",
    "x-client-ip",
    "client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-pseudo-ipv4",
    "x-cluster-client-ip",
    "x-original-forwarded-for",
    "fastly-client-ip",
    "x_forwarded_for",
  ])("does not believe %s", async (name) => {
    const client = await guarded();
    for (const value of ["192.0.2.1", "192.0.2.1, 127.0.0.1", "::ffff:192.0.2.1"])
      expect((await client.get("/admin/x", { [name]: value })).status, value).toBe(403);
    expect((await client.get("/admin/x", { forwarded: "for=192.0.2.1" })).status).toBe(403);
    expect(origin.seen).toEqual([]);
  });

  it("refuses who comes through a proxy from an address that is not allowed, and lets the others in", async () => {
    const client = await guarded({ trustedProxies: ["127.0.0.1"] });
    const via = async (address: string) =>
      (await client.get("/admin/x", { "x-forwarded-for": address })).status;
    expect(await via("192.0.2.9")).toBe(200);
    expect(await via("192.0.3.9")).toBe(403);
    expect(await via("192.0.2.9, 198.51.100.1")).toBe(403);
    expect(await via("not an address")).toBe(403);
    expect((await client.get("/admin/x")).status).toBe(403);
  });

  it("stays closed for a site with a rule for everybody, wherever no route is", async () => {
    const client = await siteWith([{ id: "one", match: { path: "/one" }, to: "web" }], {
      access: NOT_THIS_CLIENT,
    });
    for (const path of ["/one", "/two", "/%6fne"]) expect((await client.get(path)).status, path).toBe(403);
    expect(origin.seen).toEqual([]);
  });
});

describe("what is stored behind an access rule", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => {
    response.writeHead(200, { "cache-control": "public, max-age=600, s-maxage=600", etag: '"1"' });
    response.end("for few");
  });
  const FEW = { allow: { header: { "x-knock": "please" } } };
  const site = (access: object, more: Routes = []) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [...more, { id: "few", cache: {}, access, to: "web" }],
    });

  it("is answered from the store to who may see it, and to nobody else in any way", async () => {
    const client = await site(FEW);
    expect((await client.get("/page", KNOCKS)).text).toBe("for few");
    await edge.settled();
    expect((await client.get("/page", KNOCKS)).header("cache-status")).toMatch(/; hit/);
    for (const headers of [
      {},
      { "x-knock": "please, not" },
      { "if-none-match": '"1"' },
      { range: "bytes=0-1" },
      { "cache-control": "only-if-cached" },
      { "cache-control": "max-stale=9999" },
    ]) {
      const answer = await client.get("/page", headers);
      expect([answer.status, answer.text.includes("few")]).toEqual([403, false]);
    }
    expect((await client.ask("/page", { method: "HEAD" })).status).toBe(403);
    expect(origin.seen).toHaveLength(1);
  });

  it("is private for the caches further out, unless the site shares it", async () => {
    const client = await site(FEW);
    const { headers } = await client.get("/page", KNOCKS);
    expect(headers.get("cache-control")).toMatch(/private/);
    expect(headers.get("cache-control")).not.toMatch(/public|s-maxage/);
    const shared = await site({ ...FEW, shared: true });
    expect((await shared.get("/page", KNOCKS)).header("cache-control")).toMatch(/public/);
    const observed = await site({ ...FEW, mode: "observe" });
    expect((await observed.get("/page")).header("cache-control")).toMatch(/public/);
  });

  it("is not found through another route, though both leave the route out of their keys", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        {
          id: "few",
          match: { header: { "x-knock": true } },
          cache: { key: { route: false } },
          access: FEW,
          to: "web",
        },
        { id: "rest", cache: { key: { route: false } }, to: "web" },
      ],
    });
    await client.get("/page", KNOCKS);
    await edge.settled();
    expect((await client.get("/page", KNOCKS)).header("cache-status")).toMatch(/; hit/);
    expect((await client.get("/page")).header("cache-status")).toMatch(/fwd=/);
  });
});

describe("an address list of the keeper", () => {
  const edge = useEdge({ TEST_KEEPERS: "1" });
  const origin = useOrigin((_request, response) => void response.end("here"));
  const host = "listed.test";

  it("decides from the next snapshot on, and is not waited for by requests that come before", async () => {
    const client = await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      lists: { bad: { url: "https://lists.test/bad" }, good: { url: "https://lists.test/good" } },
      routes: [
        {
          id: "staff",
          match: { path: "/staff" },
          access: { allow: { list: "good" } },
          cache: "off",
          to: "web",
        },
        { id: "rest", access: { deny: { list: "bad" } }, cache: "off", to: "web" },
      ],
    });
    const statuses = async () => [(await client.get("/")).status, (await client.get("/staff")).status];
    // Never read: nobody is denied, nobody is allowed.
    expect(await statuses()).toEqual([200, 403]);
    await edge.settled();
    const read = async (name: string, ...ranges: string[]) => {
      await edge.control({ readList: { site: host, name, ranges } });
      await edge.advance(10_000);
      for (const _ of ["the next snapshot", "the list that it tells of"]) {
        await client.get("/");
        await edge.settled();
      }
    };
    await read("bad", "127.0.0.0/8");
    expect(await statuses()).toEqual([403, 403]);
    await read("good", "127.0.0.1/32", "192.0.2.0/24");
    expect(await statuses()).toEqual([403, 200]);
    await read("bad", "10.0.0.0/8");
    expect(await statuses()).toEqual([200, 200]);
    await edge.control({ keepersAreDown: true });
    await edge.advance(100_000);
    expect(await statuses()).toEqual([200, 200]);
  });
});

// What a guarded route stores is served often, so what its fields say to other caches is looked up once.
describe("what leaves a guarded route from the store", () => {
  const edge = useEdge();
  const origin = useOrigin(
    (_request, response) =>
      void response
        .writeHead(200, {
          "cache-control": "public, max-age=600",
          "surrogate-control": "max-age=600",
          "x-accel-expires": "600",
        })
        .end("for some"),
    edge,
  );
  const OF_THE_SITE = { "cdn-cache-control": "max-age=600" };

  it.each([
    ["the origin", {}],
    ["the security headers of the site", { security: { headers: OF_THE_SITE } }],
    ["the edits of the site", { headers: { response: { set: OF_THE_SITE } } }],
    [
      "the security headers of the route",
      { routes: [{ id: "all", to: "web", security: { headers: OF_THE_SITE } }] },
    ],
    [
      "the edits of the route",
      { routes: [{ id: "all", to: "web", headers: { response: { set: OF_THE_SITE } } }] },
    ],
  ])("is private, whatever %s say", async (_what, more) => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      access: { allow: { ip: "127.0.0.0/8" } },
      routes: [{ id: "all", to: "web" }],
      ...more,
    } as never);
    for (let time = 0; time < 3; time++) {
      const answer = await client.get("/page");
      expect(answer.header("cache-control")).toBe("max-age=600, private");
      for (const name of ["cdn-cache-control", "surrogate-control", "x-accel-expires"])
        expect([time, name, answer.header(name)]).toEqual([time, name, null]);
      await edge.settled();
    }
    expect(origin.seen).toHaveLength(1);
  });
});
