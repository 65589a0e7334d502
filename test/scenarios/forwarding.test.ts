import { beforeAll, describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const edge = useEdge();
const origin = useOrigin();

const siteWith = (more: Partial<SiteFile> = {}): Promise<EdgeClient> =>
  edge.site({
    pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
    routes: [{ id: "rest", cache: "off", to: "web" }],
    ...more,
  });

const CLAIMS = {
  "x-forwarded-for": "6.6.6.6",
  "x-forwarded-host": "evil.test",
  "x-forwarded-proto": "https",
  x_forwarded_for: "6.6.6.6",
  forwarded: "for=6.6.6.6",
  "cf-connecting-ip": "6.6.6.6",
  "x-real-ip": "6.6.6.6",
  "x-original-url": "/admin",
  "x-request-id": "mine",
};

describe("the client that an origin sees", () => {
  it("is the one at the other end of the connection, whatever it claims", async () => {
    await (await siteWith({ hosts: ["spoof.test"] })).get("/a", CLAIMS);
    expect(origin.last.headers).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "spoof.test",
      "x-forwarded-proto": "http",
      forwarded: "for=127.0.0.1;host=spoof.test;proto=http",
    });
    const names = Object.keys(origin.last.headers);
    for (const name of ["x_forwarded_for", "cf-connecting-ip", "x-real-ip", "x-original-url"])
      expect(names).not.toContain(name);
    expect(origin.last.headers["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
    expect(await edge.record("/a")).toMatchObject({ client: "127.0.0.1" });
  });

  it("is whom a trusted proxy names, with the id it gave", async () => {
    const client = await siteWith({ hosts: ["trust.test"], trustedProxies: ["127.0.0.0/8"] });
    const answer = await client.get("/b", { ...CLAIMS, "x-forwarded-for": "6.6.6.6, 203.0.113.9" });
    expect(origin.last.headers).toMatchObject({
      "x-forwarded-for": "203.0.113.9, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-request-id": "mine",
    });
    expect(answer.header("x-request-id")).toBe("mine");
    expect(await edge.record("/b")).toMatchObject({ client: "203.0.113.9", requestId: "mine" });
  });
});

describe("a request's way", () => {
  it("is told in traceparent, Via, CDN-Loop and one request id on all sides", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const client = await siteWith({ hosts: ["way.test"] });
    const answer = await client.get("/way", { traceparent, tracestate: "a=1", via: "1.0 before" });
    expect(origin.last.headers).toMatchObject({
      traceparent,
      tracestate: "a=1",
      via: "1.0 before, 1.1 headgate",
      "cdn-loop": 'headgate;site="way.test"',
    });
    const id = origin.last.headers["x-request-id"];
    expect(answer.header("x-request-id")).toBe(id);
    expect(await edge.record("/way")).toMatchObject({ requestId: id });
  });

  it("that leads back to the edge ends with 508", async () => {
    const client = await edge.site({
      hosts: ["loop.test", "127.0.0.1"], // the origin's URL below is the edge itself, which then reads this Host
      pools: { web: { origins: [{ id: "self", url: edge.url }], retry: { attempts: 1 } } },
      routes: [{ id: "rest", cache: "off", to: "web" }],
    });
    const answer = await client.get("/round");
    expect(answer.status).toBe(508);
    expect(answer.json()).toMatchObject({ title: "loop", status: 508 });
    const { records } = await edge.settled();
    expect(records.filter((record) => record.path === "/round").map((record) => record.refusal)).toEqual([
      "loop",
      null,
    ]);
  });
});

describe("security headers", () => {
  let client: EdgeClient;
  beforeAll(async () => {
    client = await siteWith({
      hosts: ["strict.test"],
      trustedProxies: ["127.0.0.1"],
      security: { preset: "strict", headers: { "permissions-policy": "camera=()" } },
      routes: [
        { id: "own", match: { path: "/own" }, respond: { body: "hi" } },
        { id: "moved", match: { path: "/moved" }, redirect: { to: "/own" } },
        {
          id: "framed",
          match: { path: "/framed" },
          respond: {},
          security: { headers: { "x-frame-options": "off" } },
        },
        { id: "off", match: { path: "/off" }, to: "web", security: "off" },
        { id: "cached", match: { path: "/cached" }, cache: { ttl: "1h" }, to: "web" },
        { id: "get", match: { method: "GET" }, cache: "off", to: "web" },
      ],
    });
  });

  it.each([
    ["an origin's answer", "/x", 200],
    ["an origin's error", "/error", 503],
    ["an origin's 304", "/not-modified", 304],
    ["an answer of the edge", "/own", 200],
    ["a redirect", "/moved", 302],
    ["a refusal", "/a%2Fb", 400],
    ["a first answer that is kept", "/cached", 200],
    ["a kept answer", "/cached", 200],
  ])("are on %s", async (_name, path, status) => {
    origin.answers((request, response) => {
      const statuses: Record<string, number> = { "/error": 503, "/not-modified": 304 };
      response.writeHead(statuses[request.url ?? ""] ?? 200, {
        server: "Apache/2.4.1",
        "x-powered-by": "PHP/5",
      });
      response.end();
    });
    const conditions = status === 304 ? { "if-none-match": "*" } : {};
    const answer = await client.get(path, { "x-forwarded-proto": "https", ...conditions });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "strict-transport-security": "max-age=63072000; includeSubDomains",
      "content-security-policy": expect.stringContaining("default-src 'self'"),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "strict-origin-when-cross-origin",
      "permissions-policy": "camera=()",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    expect([answer.header("server"), answer.header("x-powered-by")]).toEqual([null, null]);
  });

  it("are the route's where it says so", async () => {
    const framed = await client.get("/framed");
    expect([framed.header("x-frame-options"), framed.header("x-content-type-options")]).toEqual([
      null,
      "nosniff",
    ]);
    const off = await client.get("/off", { "x-forwarded-proto": "https" });
    expect([off.header("x-frame-options"), off.header("strict-transport-security")]).toEqual([null, null]);
  });
});

describe("the log", () => {
  it("has no credentials, and no query unless the site asks", async () => {
    const secret = { authorization: "Bearer s3cret", cookie: "session=s3cret" };
    await (await siteWith()).get("/quiet?token=s3cret", secret);
    await (await siteWith({ log: { query: true } })).get("/told?page=2", secret);
    expect(JSON.stringify(await edge.record("/quiet"))).not.toContain("s3cret");
    expect(await edge.record("/quiet")).toMatchObject({
      query: null,
      route: "rest",
      origin: "a",
      status: 200,
      bytes: null,
    });
    expect(await edge.record("/told")).toMatchObject({ query: "page=2" });
  });

  it("has the sites' share of requests, and every refusal and fault", async () => {
    const client = await siteWith({ hosts: ["sampled.test"], log: { sample: 0 } });
    origin.answers(
      (request, response) => void response.writeHead(request.url === "/fault" ? 503 : 200).end(),
    );
    for (const path of ["/fine", "/fault", "/refused%00"]) await client.get(path);
    const { records } = await edge.settled();
    const logged = records.filter((record) => record.host === "sampled.test");
    expect(logged.map(({ path, refusal, status }) => [path, refusal, status])).toEqual([
      ["/fault", null, 503],
      ["/refused%00", "path-refused", 400],
    ]);
  });

  it("is told to the browser in Server-Timing where the site asks", async () => {
    const told = await (await siteWith({ serverTiming: true })).get("/");
    expect(told.header("server-timing")).toMatch(/^edge;dur=\d+, .*origin;dur=\d+$/);
    const full = await (await siteWith({ serverTiming: true, edgeFields: "full" })).get("/");
    expect(full.header("server-timing")).toMatch(/^edge;dur=\d+, .*origin;desc="a";dur=\d+$/);
    expect((await (await siteWith()).get("/")).header("server-timing")).toBeNull();
  });
});

describe("HEAD and OPTIONS to a fixed response", () => {
  it("get what GET gets, without content", async () => {
    const client = await siteWith({
      routes: [
        {
          id: "own",
          match: { method: ["GET", "OPTIONS"] },
          respond: { body: "hello", headers: { "x-a": "1" } },
        },
      ],
    });
    const head = await client.ask("/", { method: "HEAD" });
    expect([head.status, head.header("x-a"), head.header("content-type"), head.bytes.length]).toEqual([
      200,
      "1",
      "text/plain; charset=utf-8",
      0,
    ]);
    expect((await client.ask("/", { method: "OPTIONS" })).text).toBe("hello");
    expect((await client.ask("/", { method: "POST" })).status).toBe(404);
  });
});

describe("an OPTIONS that may go no further", () => {
  it("is answered by the edge, and one that may is counted down", async () => {
    const client = await siteWith();
    const ask = (forwards: string) =>
      client.ask("/", { method: "OPTIONS", headers: { "max-forwards": forwards } });
    expect((await ask("0")).status).toBe(204);
    expect(origin.seen).toEqual([]);
    expect((await ask("1")).status).toBe(200);
    expect(origin.last.headers["max-forwards"]).toBe("0");
  });
});

describe("text beyond ASCII in a site file", () => {
  it("goes into paths and bodies without breaking an answer", async () => {
    const client = await siteWith({
      routes: [
        { id: "moved", match: { path: "/café/*" }, redirect: { to: "/кафе/*" } },
        { id: "own", respond: { body: "é" } },
      ],
    });
    expect((await client.get("/caf%c3%a9/x")).header("location")).toBe("/%D0%BA%D0%B0%D1%84%D0%B5/x");
    const own = await client.get("/");
    expect([own.status, own.text]).toEqual([200, "é"]);
  });
});

describe("what no cache key holds", () => {
  it("cannot poison a stored answer: port, scheme claim, forwarded and override fields", async () => {
    origin.answers((request, response) => {
      const from = `${request.headers["x-forwarded-proto"]}://${request.headers["x-forwarded-host"]}`;
      const odd = request.headers["x-forwarded-prefix"] ?? request.headers["x-original-url"] ?? "";
      response
        .writeHead(200, { "cache-control": "max-age=60", location: `${origin.url}/next` })
        .end(`${from}${odd}`);
    });
    await edge.site({
      hosts: ["poison.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web" }],
    });
    await edge
      .client("poison.test:666")
      .get("/", { "x-forwarded-prefix": "/evil", "x-original-url": "/evil" });
    await edge
      .client("poison.test")
      .get("/", { "x-forwarded-proto": "https", "x-forwarded-host": "evil.test" });
    const answer = await edge.client("poison.test").get("/");
    expect([answer.text, answer.header("location")]).toEqual([
      "http://poison.test",
      "http://poison.test/next",
    ]);
  });
});

it("nothing of all this is an unhandled exception", async () => {
  await edge.settled();
  expect(edge.output).toEqual([]);
});
