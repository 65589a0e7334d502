import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, replies, useOrigin } from "../support/origin.ts";

type PoolFile = NonNullable<SiteFile["pools"]>[string];

/** Nobody listens there. */
const DEAD = "http://127.0.0.1:1";

describe("sorry: what answers when no origin of a pool has", () => {
  const edge = useEdge();
  const page = useOrigin(
    (_request, response) =>
      void response
        .writeHead(200, {
          "cache-control": "max-age=600",
          etag: '"1"',
          "content-type": "text/html",
          "x-from": "sorry",
        })
        .end("<h1>Sorry</h1>"),
  );
  const app = useOrigin(replies(["the app"]), edge);

  const siteWith = (sorry: PoolFile["sorry"], url = DEAD, route: Partial<SiteFile["routes"][number]> = {}) =>
    edge.site({
      pools: {
        web: { origins: [{ id: "a", url }], retry: { attempts: 2 }, ...(sorry !== undefined && { sorry }) },
        static: { origins: [{ id: "page", url: page.url }] },
      },
      routes: [{ id: "rest", to: "web", ...route } as SiteFile["routes"][number]],
    });

  it("may be an answer of the edge, with the status of the refusal", async () => {
    const client = await siteWith({ respond: { headers: { "x-site": "${host}" }, body: "back soon" } });
    const answer = await client.get("/");
    expect([answer.status, answer.text]).toEqual([502, "back soon"]);
    expect(answer.header("cache-control")).toBe("no-store");
    expect(answer.header("x-site")).toMatch(/^site-\d+\.test$/);
    expect(await edge.record("/")).toMatchObject({
      status: 502,
      refusal: "origin-unreachable",
      origin: null,
    });
  });

  it("answers where all of several origins are out as well", async () => {
    const client = await edge.site({
      pools: {
        web: {
          origins: [
            { id: "a", url: DEAD },
            { id: "b", url: DEAD },
          ],
          sorry: { respond: { body: "back soon" } },
        },
      },
      routes: [{ id: "rest", to: "web" }],
    });
    const answer = await client.get("/");
    expect([answer.status, answer.text]).toEqual([503, "back soon"]);
    expect(await edge.record("/")).toMatchObject({ status: 503, refusal: "origins-out" });
  });

  it("may have a status of its own", async () => {
    const client = await siteWith({ respond: { status: 503, body: "back soon" } });
    expect((await client.get("/")).status).toBe(503);
    expect((await client.ask("/", { method: "HEAD" })).status).toBe(503);
  });

  // haproxy, backup servers; nginx, error_page 502 503 504 with a fallback location; varnish, vcl_backend_error.
  it("may be a page of another pool, which nobody may take for the page itself", async () => {
    const client = await siteWith("static");
    const answer = await client.get("/shop?x=1");
    expect([answer.status, answer.text]).toEqual([502, "<h1>Sorry</h1>"]);
    expect([answer.header("cache-control"), answer.header("etag")]).toEqual(["no-store", null]);
    expect(page.last.url).toBe("/shop?x=1");
    expect(await edge.record("/shop")).toMatchObject({
      refusal: "origin-unreachable",
      origin: "page",
      attempts: ["a connect", "a connect", "page 200"],
    });
  });

  it("is stored by no cache further out, by whatever field it allows that (RFC 9213)", async () => {
    const client = await siteWith("static");
    const fields = [
      "cdn-cache-control",
      "headgate-cache-control",
      "headgate-cdn-cache-control",
      "cloudflare-cdn-cache-control",
      "surrogate-control",
      "edge-control",
      "x-accel-expires",
    ];
    const allowing = Object.fromEntries(fields.map((name) => [name, "max-age=600"]));
    page.answers((_request, response) => void response.writeHead(200, allowing).end("sorry"));
    const answer = await client.get("/");
    expect([answer.status, answer.text, answer.header("cache-control")]).toEqual([502, "sorry", "no-store"]);
    for (const name of fields) expect(answer.header(name), name).toBeNull();
  });

  it("is asked for a page of its own, with GET and nothing of the client's", async () => {
    const client = await siteWith({ pool: "static", path: "/sorry.html" });
    page.answers(afterBody((_request, response) => void response.end("<h1>Sorry</h1>")));
    const answer = await client.ask("/buy", {
      method: "POST",
      body: "card=4111",
      headers: {
        cookie: "session=1",
        authorization: "Basic x",
        "idempotency-key": "k",
        "if-match": '"1"',
        accept: "text/html",
      },
    });
    expect([answer.status, answer.text]).toEqual([502, "<h1>Sorry</h1>"]);
    const { method, url, headers, body } = page.last;
    expect([method, url, body, headers.accept]).toEqual(["GET", "/sorry.html", "", "text/html"]);
    for (const name of [
      "cookie",
      "authorization",
      "idempotency-key",
      "if-match",
      "content-length",
      "content-type",
    ])
      expect(headers[name]).toBeUndefined();
  });

  it("is never stored as the page: the origin is asked again as soon as it is back", async () => {
    const client = await siteWith("static", app.url, { cache: { ttl: "1h" } });
    app.answers((request) => void request.socket.destroy());
    for (const attempt of [1, 2])
      expect((await client.get("/page")).text, `${attempt}`).toBe("<h1>Sorry</h1>");
    app.answers((_request, response) => void response.end("the app"));
    await edge.advance(60_000);
    const answer = await client.get("/page");
    expect([answer.status, answer.text]).toEqual([200, "the app"]);
  });

  it("comes after a stored response that may stand in", async () => {
    const client = await siteWith("static", app.url, { cache: { ttl: "10s", staleIfError: "1h" } });
    await client.get("/");
    app.answers((request) => void request.socket.destroy());
    await edge.advance(20_000);
    expect((await client.get("/")).text).toBe("the app");
  });

  it("gives way to an origin that answers itself, whatever it answers", async () => {
    const client = await siteWith("static", app.url, { cache: "off" });
    app.answers((_request, response) => void response.writeHead(503).end("the app's own words"));
    const answer = await client.get("/");
    expect([answer.status, answer.text]).toEqual([503, "the app's own words"]);
  });

  it("gives way to the refusal if it fails itself", async () => {
    const client = await siteWith("static");
    for (const status of [404, 500]) {
      page.answers((_request, response) => void response.writeHead(status).end("no page either"));
      const answer = await client.get("/");
      expect([answer.status, answer.json().title]).toEqual([502, "origin-unreachable"]);
    }
    page.answers((request) => void request.socket.destroy());
    expect((await client.get("/")).json().title).toBe("origin-unreachable");
  });

  it("may lead elsewhere", async () => {
    const client = await siteWith("static");
    page.answers(
      (_request, response) => void response.writeHead(302, { location: "https://status.example" }).end(),
    );
    const answer = await client.get("/");
    expect([answer.status, answer.header("location")]).toEqual([302, "https://status.example"]);
    expect(answer.header("cache-control")).toBe("no-store");
  });

  it("does not answer what the request itself is to blame for", async () => {
    const client = await siteWith({ respond: { body: "back soon" } });
    expect((await client.get("/a%2Fb")).json().title).toBe("path-refused");
    expect((await client.get("/", { "cache-control": "only-if-cached" })).json().title).toBe("not-cached");
  });
});
