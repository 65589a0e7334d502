// What RFC 9110, 9112 and 6797 ask of a proxy's own part in a message: dates, Via, what is for https alone, which URL it was.
import { beforeEach, describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { useRawOrigin } from "../support/raw-origin.ts";

const edge = useEdge();
const origin = useOrigin(undefined, edge);
const NOON = Date.UTC(2099, 10, 28, 12);

const siteWith = (more: Partial<SiteFile> = {}): Promise<EdgeClient> =>
  edge.site({
    pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
    routes: [{ id: "rest", to: "web" }],
    ...more,
  });

beforeEach(() => edge.stopClockAt(NOON));

describe("Date (RFC 9110 §6.6.1)", () => {
  const raw = useRawOrigin();
  const dated = (date = "") =>
    `HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: max-age=600\r\n${date}Content-Length: 2\r\n\r\nok`;
  const noon = new Date(NOON).toUTCString();

  const site = () =>
    siteWith({
      pools: { web: { origins: [{ id: "a", url: raw.url }], retry: { attempts: 1 } } },
      routes: [
        { id: "own", match: { path: "/own" }, respond: { body: "hi" } },
        { id: "moved", match: { path: "/moved" }, redirect: { to: "/own" } },
        { id: "off", match: { path: "/off" }, cache: "off", to: "web" },
        { id: "rest", to: "web" },
      ],
    });

  it.each([
    ["an answer of the edge", "/own"],
    ["a redirect", "/moved"],
    ["a refusal", "/a%2Fb"],
    ["a forwarded answer without one", "/off"],
    ["an answer without one on its way to the store", "/kept"],
  ])("is on %s", async (_name, path) => {
    raw.answer = dated();
    expect((await (await site()).get(path)).header("date")).toBe(noon);
  });

  it("stays the origin's where it sends one, forwarded or stored", async () => {
    const client = await site();
    const date = new Date(NOON - 5_000).toUTCString();
    raw.answer = dated(`Date: ${date}\r\n`);
    for (const path of ["/off", "/kept", "/kept"]) expect((await client.get(path)).header("date")).toBe(date);
  });

  it("of what is stored is when it came, though the origin names it as private", async () => {
    const client = await site();
    raw.answer = dated('Cache-Control: private="date"\r\n');
    await client.get("/");
    await edge.settled();
    await edge.advance(60_000);
    const hit = await client.get("/");
    expect([hit.header("cache-status"), hit.header("date"), hit.header("age")]).toEqual([
      "headgate; hit; ttl=540",
      noon,
      "60",
    ]);
  });
});

describe("Strict-Transport-Security (RFC 6797 §7.2)", () => {
  const HSTS = "max-age=63072000; includeSubDomains";
  const sites: [name: string, more: Partial<SiteFile>][] = [
    ["the strict preset", { security: "strict" }],
    [
      "the site's headers",
      { headers: { response: { set: { "strict-transport-security": HSTS } } }, security: "off" },
    ],
    [
      "the route's security",
      {
        routes: [{ id: "r", to: "web", security: { headers: { "strict-transport-security": HSTS } } }],
      },
    ],
    ["the origin", { security: "off" }],
  ];

  it.each(sites)("set by %s goes out over https, and not over http", async (name, more) => {
    const client = await siteWith({ trustedProxies: ["127.0.0.1"], ...more });
    origin.answers((_request, response) => {
      if (name === "the origin") response.setHeader("strict-transport-security", HSTS);
      response.writeHead(200, { "cache-control": "max-age=60" }).end("ok");
    });
    const told = async (scheme: string, path: string) =>
      (await client.get(path, { "x-forwarded-proto": scheme })).header("strict-transport-security");
    for (const _twice of ["first", "from the store"]) {
      expect(await told("https", "/")).toBe(HSTS);
      expect(await told("http", "/")).toBeNull();
      await edge.settled();
    }
  });

  it("is on a redirect and a refusal over https, and not over http", async () => {
    const client = await siteWith({
      trustedProxies: ["127.0.0.1"],
      security: "strict",
      routes: [{ id: "moved", redirect: { to: "/x" } }],
    });
    for (const path of ["/", "/a%2Fb"]) {
      const told = async (scheme: string) =>
        (await client.get(path, { "x-forwarded-proto": scheme })).header("strict-transport-security");
      expect([await told("https"), await told("http")]).toEqual([HSTS, null]);
    }
  });
});

describe("Via (RFC 9110 §7.6.3)", () => {
  it("is on what was forwarded, stored or collapsed, and on nothing of the edge's own", async () => {
    const client = await siteWith({
      hosts: ["via.test"],
      routes: [
        { id: "own", match: { path: "/own" }, respond: { body: "hi" } },
        { id: "rest", to: "web" },
      ],
    });
    const gate = aGate();
    origin.answers(async (_request, response) => {
      await gate.opened;
      response.writeHead(200, { "cache-control": "max-age=60" }).end("ok");
    });
    const clients = [1, 2, 3].map(() => edge.client("via.test"));
    const asked = clients.map((one) => one.get("/"));
    await edge.until("all are at the edge", ({ inFlight }) => inFlight === clients.length);
    gate.open();
    const answers = [...(await Promise.all(asked)), await client.get("/")];
    expect(answers.filter((one) => one.header("cache-status")?.includes("collapsed"))).toHaveLength(2);
    expect(answers.map((one) => one.header("via"))).toEqual(answers.map(() => "1.1 headgate"));
    expect((await client.get("/own")).header("via")).toBeNull();
    expect((await client.get("/x", { "cache-control": "only-if-cached" })).header("via")).toBeNull();
  });
});

describe("Headgate-Cache-Control", () => {
  it("is for the edge alone, also where a slice cannot be had", async () => {
    const SLICE = 65_536;
    const client = await siteWith({ routes: [{ id: "rest", to: "web", cache: { slice: "64KiB" } }] });
    const says = { etag: '"1"', "headgate-cache-control": "max-age=60" };
    origin.answers((request, response) => {
      const first = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      if (first > 0) return void response.writeHead(503, says).end("down");
      const contentRange = `bytes 0-${SLICE - 1}/${2 * SLICE}`;
      response.writeHead(206, { ...says, "content-range": contentRange }).end(Buffer.alloc(SLICE));
    });
    const first = await client.get("/", { range: "bytes=0-9" });
    await edge.settled();
    const second = await client.get("/", { range: `bytes=${SLICE}-${SLICE + 9}` });
    expect([first.status, second.status, second.text]).toEqual([206, 503, "down"]);
    for (const answer of [first, second]) expect(answer.header("headgate-cache-control")).toBeNull();
  });
});

describe("a GET's Content-Type", () => {
  it("gets to the origin, through the cache and past it", async () => {
    const client = await siteWith({
      routes: [
        { id: "off", match: { path: "/off" }, cache: "off", to: "web" },
        { id: "rest", to: "web", cache: { ttl: "1m" } },
      ],
    });
    for (const path of ["/off", "/kept", "/kept?again"]) {
      await client.get(path, { "content-type": "application/json", "content-length": "0" });
      expect([origin.last.url, origin.last.headers["content-type"]]).toEqual([path, "application/json"]);
      expect(origin.last.headers["content-length"]).toBeUndefined();
    }
  });
});

describe("a question mark that stands alone", () => {
  it("gets to the origin, and its answer is not the one without it", async () => {
    const client = await siteWith({
      hosts: ["mark.test"],
      routes: [{ id: "rest", to: "web", cache: { ttl: "1m" } }],
    });
    origin.answers((request, response) => {
      if (request.url === "/a") return void response.writeHead(301, { location: `${origin.url}/a?` }).end();
      response.end(`at ${request.url}`);
    });
    for (const _twice of [1, 2]) {
      const redirect = await client.get("/a");
      expect([redirect.status, redirect.header("location")]).toEqual([301, "http://mark.test/a?"]);
      expect((await client.get("/a?")).text).toBe("at /a?");
      await edge.settled();
    }
    expect(origin.seen.map(({ url }) => url).toSorted()).toEqual(["/a", "/a?"].toSorted());
  });

  it("is not told apart where the site says which parameters count, and not kept where it rewrites them", async () => {
    const client = await siteWith({
      routes: [
        {
          id: "cut",
          match: { path: "/cut" },
          rewrite: { query: { remove: ["x"] } },
          cache: "off",
          to: "web",
        },
        { id: "rest", cache: { ttl: "1m", key: { query: { only: ["v"] } } }, to: "web" },
      ],
    });
    await client.get("/cut?");
    expect(origin.last.url).toBe("/cut");
    await client.get("/a?");
    await edge.settled();
    expect((await client.get("/a")).header("cache-status")).toMatch(/hit/);
  });

  it("is invalidated with what it names", async () => {
    const client = await siteWith({ routes: [{ id: "rest", to: "web", cache: { ttl: "1m" } }] });
    const isHit = async (path: string) => {
      const answer = await client.get(path);
      await edge.settled();
      return answer.header("cache-status")?.includes("hit");
    };
    for (const path of ["/a", "/a?"]) expect(await isHit(path)).toBe(false);
    await client.ask("/a?", { method: "PUT", body: "x" });
    expect([await isHit("/a"), await isHit("/a?")]).toEqual([true, false]);
  });
});

describe("an absolute-form target", () => {
  // RFC 9112 §3.2.2 asks for its authority; the runtime hands over its path alone (docs/decisions/0025).
  it("is taken by its path, and one host, that of Host, is what everything goes by", async () => {
    await siteWith({ hosts: ["abs-a.test"], routes: [{ id: "a", respond: { body: "site a" } }] });
    await siteWith({ hosts: ["abs-b.test"] });
    expect((await sendRaw(edge.url, rawGet("http://abs-b.test/x", "abs-a.test"))).body).toBe("site a");
    await sendRaw(edge.url, rawGet("http://abs-a.test/x?y", "abs-b.test"));
    expect(origin.last.url).toBe("/x?y");
    expect(origin.last.headers).toMatchObject({
      "x-forwarded-host": "abs-b.test",
      forwarded: "for=127.0.0.1;host=abs-b.test;proto=http",
    });
  });
});
