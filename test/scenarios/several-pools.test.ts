import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, replies, type TestOrigin, useOrigin } from "../support/origin.ts";

type RouteFile = SiteFile["routes"][number];

describe("a route to several pools", () => {
  const edge = useEdge();
  const eu = useOrigin(replies(["eu"]), edge);
  const us = useOrigin(replies(["us"]), edge);

  const siteWith = (route: Partial<RouteFile> = {}, site: Partial<SiteFile> = {}) =>
    edge.site({
      pools: {
        eu: { origins: [{ id: "fra", url: eu.url }], serves: { continents: ["EU"], countries: ["TR"] } },
        us: { origins: [{ id: "iad", url: us.url }], serves: { continents: ["NA", "SA"] } },
      },
      routes: [{ id: "rest", to: ["eu", "us"], cache: "off", ...route } as RouteFile],
      ...site,
    });

  const from = (country: string) => edge.control({ country });
  const says = (origin: TestOrigin, text: string, headers = {}, status = 200) =>
    origin.answers((_request, response) => void response.writeHead(status, headers).end(text));
  const dies = (origin: TestOrigin) => origin.answers((request) => void request.socket.destroy());

  // envoy, locality-weighted balancing; Cloudflare Load Balancing, geo steering; gdnsd and PowerDNS GeoIP back ends.
  it.each([
    ["DE", "eu"],
    ["TR", "eu"],
    ["US", "us"],
    ["BR", "us"],
    ["JP", "eu"], // nobody serves it: the order of the route
    ["T1", "eu"], // Tor
  ])("asks the pool that serves a client from %s: %s", async (country, pool) => {
    const client = await siteWith();
    await from(country);
    expect((await client.get("/")).text).toBe(pool);
  });

  it("goes on to the next pool in the same request, and tells the log all that was tried", async () => {
    const client = await siteWith();
    await from("DE");
    dies(eu);
    expect((await client.get("/")).text).toBe("us");
    expect(await edge.record("/")).toMatchObject({
      pool: "us",
      origin: "iad",
      refusal: null,
      attempts: ["fra connect", "fra connect", "fra connect", "iad 200"],
    });
  });

  it("does not ask a pool again that is out", async () => {
    const client = await siteWith();
    await from("DE");
    dies(eu);
    await client.get("/");
    eu.seen = [];
    for (let request = 0; request < 5; request++) expect((await client.get("/")).text).toBe("us");
    expect(eu.seen).toHaveLength(0);
  });

  it("goes on when all of a pool answer badly, and relays their answer if all do", async () => {
    const client = await siteWith();
    await from("DE");
    says(eu, "eu is out", {}, 503);
    expect((await client.get("/")).text).toBe("us");
    const other = await siteWith();
    dies(us);
    const answer = await other.get("/");
    expect([answer.status, answer.text]).toEqual([503, "eu is out"]);
  });

  it("sends a POST once, and to the next pool only if nobody got it", async () => {
    const client = await siteWith();
    await from("DE");
    dies(eu);
    us.answers(afterBody((_request, response) => void response.end("us")));
    expect((await client.ask("/", { method: "POST", body: "buy" })).status).toBe(502);
    expect([eu.seen.length, us.seen.length]).toEqual([1, 0]);
    // By now eu is believed to be out, so it is us that is asked.
    expect((await client.ask("/", { method: "POST", body: "buy" })).text).toBe("us");
    expect(us.last.body).toBe("buy");
  });

  // An origin on probation is tried by requests that can be repeated elsewhere. A pool that has nothing else can do nothing for a POST.
  it("does not send a POST to a pool whose only origin is on probation", async () => {
    const client = await siteWith();
    await from("DE");
    dies(eu);
    await client.get("/");
    await edge.advance(13_000);
    const before = eu.seen.length;
    us.answers(afterBody((_request, response) => void response.end("us")));
    expect((await client.ask("/", { method: "POST", body: "buy" })).text).toBe("us");
    expect(eu.seen).toHaveLength(before);
    expect((await client.get("/")).text).toBe("us");
    expect(eu.seen.length).toBeGreaterThan(before); // a GET may
  });

  // A stream can be read once. What a pool has read of an upload to keep it for a retry has to reach the next pool too.
  describe("and the body of a request that goes on", () => {
    const echoes = (origin: TestOrigin) =>
      origin.answers(afterBody((_request, response, seen) => void response.end(seen.body)));

    it("goes to the next pool after it was sent, if it was kept", async () => {
      const client = await siteWith();
      dies(eu);
      echoes(us);
      const answer = await client.ask("/", { method: "PUT", body: "a page" });
      expect([answer.status, answer.text]).toEqual([200, "a page"]);
    });

    it("that was too long to be kept is sent once", async () => {
      const client = await siteWith();
      dies(eu);
      echoes(us);
      expect((await client.ask("/", { method: "PUT", body: "x".repeat(100_000) })).status).toBe(502);
      expect([eu.seen.length, us.seen.length]).toEqual([1, 0]);
    });

    it.each([
      ["PUT", "short"],
      ["PUT", "of unknown length"],
      ["QUERY", "short"],
      ["POST", "short"],
    ])("goes to the next pool if the first one is full: %s, %s", async (method, length) => {
      const chunks = length === "short" ? ["a page"] : ["x".repeat(60_000), "y".repeat(60_000)];
      const body = () => (length === "short" ? chunks.join("") : Readable.from(chunks));
      const host = `full-${method}-${length.length}.test`.toLowerCase();
      const client = await edge.site({
        hosts: [host],
        pools: {
          eu: { origins: [{ id: "fra", url: eu.url, maxInFlight: 1 }] },
          us: { origins: [{ id: "iad", url: us.url }] },
          canary: { origins: [{ id: "new", url: us.url }] },
        },
        routes: [
          {
            id: "mirrored",
            match: { path: "/mirrored" },
            to: ["eu", "us"],
            mirror: { to: "canary", nonIdempotent: true },
          },
          { id: "rest", to: ["eu", "us"] },
        ],
      });
      let end = () => {};
      eu.answers((_request, response) => {
        response.writeHead(200).flushHeaders();
        end = () => void response.end();
      });
      echoes(us);
      const first = await client.stream("/");
      for (const path of ["/", "/mirrored"]) {
        const other = edge.client(host);
        const headers = { "content-type": "text/plain" };
        const answer = await other.ask(path, { method, headers, body: body() });
        expect([answer.status, answer.text]).toEqual([200, chunks.join("")]);
      }
      end();
      await first.body.dump();
    });

    it("is not lost where all pools are out and refuse", async () => {
      const outlier = { whenAllOut: "refuse" } as const;
      const client = await edge.site({
        pools: {
          eu: { origins: [{ id: "fra", url: eu.url }], outlier },
          us: { origins: [{ id: "iad", url: us.url }], outlier },
        },
        routes: [{ id: "rest", to: ["eu", "us"] }],
      });
      dies(eu);
      dies(us);
      await client.get("/");
      const answer = await client.ask("/", { method: "PUT", body: "a page" });
      expect([answer.status, answer.json().title]).toEqual([503, "no-origin"]);
    });
  });

  it("refuses when all pools are out, and says sorry by the first that can", async () => {
    const client = await siteWith();
    dies(eu);
    dies(us);
    expect((await client.get("/")).json().title).toBe("origin-unreachable");
    const sorry = await edge.site({
      pools: {
        eu: { origins: [{ id: "fra", url: eu.url }] },
        us: { origins: [{ id: "iad", url: us.url }], sorry: { respond: { body: "sorry" } } },
      },
      routes: [{ id: "rest", to: ["eu", "us"] }],
    });
    expect((await sorry.get("/")).text).toBe("sorry");
  });

  describe("and what is stored", () => {
    const stored = { "cache-control": "max-age=600" };

    it("is kept apart for each pool, so that no client gets the page of another place", async () => {
      const client = await siteWith({ cache: {} });
      says(eu, "eu", stored);
      says(us, "us", stored);
      for (const [country, pool] of [
        ["DE", "eu"],
        ["US", "us"],
        ["FR", "eu"],
        ["CA", "us"],
      ] as const) {
        await from(country);
        expect((await client.get("/")).text).toBe(pool);
      }
      expect([eu.seen.length, us.seen.length]).toEqual([1, 1]);
    });

    it("of the next pool is never found as that of the first", async () => {
      const client = await siteWith({ cache: {} });
      await from("DE");
      dies(eu);
      says(us, "us", stored);
      expect((await client.get("/")).text).toBe("us");
      expect((await client.get("/")).text).toBe("us");
      expect(us.seen).toHaveLength(1); // it is stored, as the page of us
      says(eu, "eu", stored);
      await edge.advance(300_000);
      await client.get("/");
      await edge.settled();
      expect((await client.get("/")).text).toBe("eu");
    });

    it("is shared with key.pool: false, if the site says that the pools are alike", async () => {
      const client = await siteWith({ cache: { key: { pool: false } } });
      says(eu, "the same", stored);
      await from("DE");
      await client.get("/");
      await from("US");
      expect((await client.get("/")).text).toBe("the same");
      expect(us.seen).toHaveLength(0);
    });

    it("is forgotten for all pools when the resource is changed", async () => {
      const client = await siteWith({ cache: {} });
      let version = 1;
      for (const origin of [eu, us])
        origin.answers((request, response) => {
          if (request.method === "POST") version++;
          response.writeHead(200, stored).end(`${version}`);
        });
      for (const country of ["DE", "US"]) {
        await from(country);
        expect((await client.get("/")).text).toBe("1");
      }
      await client.ask("/", { method: "POST", body: "x" });
      for (const country of ["DE", "US"]) {
        await from(country);
        expect((await client.get("/")).text).toBe("2");
      }
    });

    it("is found under the key that the route has with one pool", async () => {
      const one = await siteWith({ cache: {}, to: "eu" }, { hosts: ["one-then-two.test"] });
      says(eu, "eu", stored);
      await one.get("/");
      await siteWith({ cache: {}, to: ["eu", "us"] }, { hosts: ["one-then-two.test"] });
      await edge.advance(11_000);
      await one.get("/");
      await edge.settled();
      await from("DE");
      expect((await one.get("/")).header("cache-status")).toContain("hit");
    });
  });
});
