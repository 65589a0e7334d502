// Pages of other origins: preflights are answered by the edge, and one stored response serves each origin with its own fields.
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const FIRST = "https://first.test";
const SECOND = "https://second.test";

describe("CORS", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  const siteWith = (route: Partial<SiteFile["routes"][number]>, more: Partial<SiteFile> = {}) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web", ...route } as SiteFile["routes"][number]],
      ...more,
    });
  const fields = async (client: EdgeClient, headers: Record<string, string> = {}) => {
    const answer = await client.get("/page", headers);
    return [answer.header("access-control-allow-origin"), answer.header("vary"), answer.text];
  };
  const preflight = (client: EdgeClient, from: string, headers: Record<string, string> = {}) =>
    client.ask("/page", {
      method: "OPTIONS",
      headers: { origin: from, "access-control-request-method": "PUT", ...headers },
    });

  // Fetch, CORS protocol and HTTP caches; Varnish and nginx need a variant for each origin here.
  it("gives each origin its own fields from one stored response", async () => {
    let times = 0;
    origin.answers((_request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60", "access-control-allow-origin": SECOND });
      response.end(`page ${++times}`);
    });
    const client = await siteWith({ cors: { origins: [FIRST, SECOND], credentials: true } });
    expect(await fields(client, { origin: FIRST })).toEqual([FIRST, "Origin", "page 1"]);
    await edge.settled();
    expect(await fields(client, { origin: SECOND })).toEqual([SECOND, "Origin", "page 1"]);
    expect(await fields(client, { origin: "https://evil.test" })).toEqual([null, "Origin", "page 1"]);
    expect(await fields(client)).toEqual([null, "Origin", "page 1"]);
    expect(origin.seen).toHaveLength(1);
  });

  it("keeps variants apart where the origin itself sends Vary: Origin", async () => {
    origin.answers((request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60", vary: "Origin" });
      response.end(`for ${request.headers.origin}`);
    });
    const client = await siteWith({ cors: { origins: [FIRST, SECOND] } });
    for (const from of [FIRST, SECOND, FIRST]) {
      expect(await fields(client, { origin: from })).toEqual([from, "Origin", `for ${from}`]);
      await edge.settled();
    }
    expect(origin.seen).toHaveLength(2);
  });

  it("puts them on answers to conditional requests, ranges and HEAD, and on errors", async () => {
    origin.answers((request, response) => {
      if (request.url === "/broken") return void response.destroy();
      response.writeHead(200, { "cache-control": "max-age=60", etag: '"1"', "content-length": 4 });
      return void response.end("page");
    });
    const client = await siteWith({ cors: { origins: FIRST } });
    await client.get("/page");
    await edge.settled();
    const asked = [
      [304, await client.get("/page", { origin: FIRST, "if-none-match": '"1"' })],
      [206, await client.get("/page", { origin: FIRST, range: "bytes=0-1" })],
      [200, await client.ask("/page", { method: "HEAD", headers: { origin: FIRST } })],
      [502, await client.get("/broken", { origin: FIRST })],
    ] as const;
    for (const [status, answer] of asked)
      expect([answer.status, answer.header("access-control-allow-origin")]).toEqual([status, FIRST]);
  });

  it("answers a preflight without the origin, and leaves other OPTIONS requests to it", async () => {
    origin.answers((_request, response) => void response.writeHead(200, { allow: "GET" }).end());
    const client = await siteWith({ cors: { origins: FIRST, methods: ["PUT"], maxAge: "1h" } });
    const answer = await preflight(client, FIRST);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.header("access-control-allow-methods")).toBe("PUT");
    expect(answer.header("access-control-max-age")).toBe("3600");
    const refused = await preflight(client, "https://evil.test");
    expect([refused.status, refused.json().title]).toEqual([403, "origin-refused"]);
    expect(refused.header("access-control-allow-origin")).toBeNull();
    expect(await edge.record("/page")).toMatchObject({ refusal: "origin-refused", status: 403 });
    expect(origin.seen).toEqual([]);

    const other = await client.ask("/page", { method: "OPTIONS", headers: { origin: FIRST } });
    expect([other.status, other.header("allow")]).toEqual([200, "GET"]);
    expect(origin.seen).toHaveLength(1);
  });

  it("leaves all of it to the origin where there is no policy", async () => {
    const sent = { "access-control-allow-origin": "*", "access-control-allow-methods": "PATCH" };
    origin.answers((_request, response) => void response.writeHead(200, sent).end());
    const answer = await preflight(await siteWith({}), FIRST);
    expect(answer.header("access-control-allow-methods")).toBe("PATCH");
    expect(origin.last.method).toBe("OPTIONS");
  });

  // A browser sends the request itself if the preflight allows it. Another route's policy would allow what this one does not.
  it("leaves the preflight to the origin of the route that takes the request, if that has turned the policy off", async () => {
    const policy = { origins: [FIRST], credentials: true };
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      cors: policy,
      routes: [
        { id: "writes", match: { path: "/page", method: ["PUT"] }, cors: "off", to: "web" },
        { id: "rest", to: "web" },
      ],
    });
    origin.answers((_request, response) => void response.writeHead(200, { allow: "PUT" }).end());
    const answer = await preflight(client, FIRST);
    expect([answer.status, answer.header("access-control-allow-origin")]).toEqual([200, null]);
    expect(origin.last.method).toBe("OPTIONS");
    expect(await edge.record("/page")).toMatchObject({ route: "writes" });
    const other = await preflight(client, FIRST, { "access-control-request-method": "DELETE" });
    expect([other.status, other.header("access-control-allow-origin")]).toEqual([204, FIRST]);
  });

  it("leaves it to a route of its own where both have no policy", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        { id: "fonts", match: { path: "/fonts/*" }, cors: { origins: "*" }, to: "web" },
        { id: "asks", match: { method: ["OPTIONS"] }, respond: { status: 200, body: "by hand" } },
        { id: "rest", to: "web" },
      ],
    });
    expect((await preflight(client, FIRST)).text).toBe("by hand");
  });

  describe("of a WebSocket", () => {
    let sockets: WebSocketServer;
    let url: string;
    beforeAll(async () => {
      sockets = new WebSocketServer({ server: origin.server, path: "/ws" });
      await siteWith({ cors: { origins: FIRST, webSockets: "allowed" } }, { hosts: ["sockets.test"] });
      url = `${edge.url.replace("http", "ws")}/ws`;
    });
    afterAll(() => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    });
    const from = (page: string) => new WebSocket(url, { headers: { host: "sockets.test", origin: page } });

    // Cross-site WebSocket hijacking, as reported for Storybook, Vite and others: CVE-2025-24010.
    it("refuses the page of an origin that is not allowed, before the origin sees it", async () => {
      const socket = from("https://evil.test");
      const [{ statusCode }] = (await once(socket, "error").then(([error]) => [
        { statusCode: /\d{3}/.exec(error.message)?.[0] },
      ])) as [{ statusCode: string }];
      expect(statusCode).toBe("403");
      expect(sockets.clients.size).toBe(0);
    });

    it("opens it for a page that is allowed", async () => {
      const socket = from(FIRST);
      await once(socket, "open");
      expect(sockets.clients.size).toBe(1);
      socket.terminate();
    });
  });
});
