import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { siteKey, storedEntries } from "../../shared/site/stored.ts";
import { asPushed } from "../support/as-pushed.ts";
import { startExample } from "../support/example-worker.ts";
import { replies, useOrigin } from "../support/origin.ts";

describe("examples/hono-app, as wrangler would deploy it", () => {
  const shop = useOrigin(replies(["from the shop"]));
  const blog = useOrigin(replies(["from the blog"]));
  let app: Miniflare;
  beforeAll(async () => {
    app = await startExample("hono-app", {
      "http://127.0.0.1:9001": shop.url,
      "http://127.0.0.1:9002": shop.url,
      "http://127.0.0.1:9003": blog.url,
    });
  }, 60_000);
  afterAll(() => app.dispose());
  const get = (path: string, init?: { headers?: Record<string, string>; redirect?: "manual" }) =>
    app.dispatchFetch(`http://app.example${path}`, init);

  it("answers with its own route", async () => {
    expect(await (await get("/")).text()).toBe("my app\n");
  });

  it("serves the shop below its path, with the app's own field", async () => {
    const answer = await get("/shop/a?x=1");
    expect(await answer.text()).toBe("from the shop");
    expect(shop.last.url).toBe("/a?x=1");
    expect(shop.last.headers["x-forwarded-host"]).toBe("app.example");
    expect(answer.headers.get("x-served-by")).toBe("my-app");
    expect(answer.headers.get("via")).toBe("1.1 headgate");
  });

  it("caches what the shop's site says, and leaves the app's field out of the cache", async () => {
    // The second one may come while the first is still being stored, and is then served with it.
    for (const expected of [/; fwd=uri-miss; .*stored/, /; (?:hit|.*collapsed)/]) {
      const answer = await get("/shop/cached/a");
      expect(await answer.text()).toBe("from the shop");
      expect(answer.headers.get("cache-status")).toMatch(expected);
      expect(answer.headers.get("x-served-by")).toBe("my-app");
    }
    expect(shop.seen).toHaveLength(1);
  });

  it("serves the blog from its file", async () => {
    expect(await (await get("/blog/a")).text()).toBe("from the blog");
    expect(blog.last.url).toBe("/a");
    const moved = await get("/blog/old/a", { redirect: "manual" });
    expect([moved.status, moved.headers.get("location")]).toEqual([308, "/blog/a"]);
  });

  it("caches what the blog's file says", async () => {
    await get("/blog/kept");
    expect(await (await get("/blog/kept")).text()).toBe("from the blog");
    expect(blog.seen).toHaveLength(1);
  });

  it("answers the browser's question before a request, by the app's own middleware", async () => {
    const answer = await app.dispatchFetch("http://app.example/shop/api/x", {
      method: "OPTIONS",
      headers: { origin: "https://app.example.com", "access-control-request-method": "POST" },
    });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([
      204,
      "https://app.example.com",
    ]);
    expect(shop.seen).toEqual([]);
  });
});

describe("examples/whole-worker, as wrangler would deploy it", () => {
  const origin = useOrigin();
  let app: Miniflare;
  beforeAll(async () => {
    app = await startExample(
      "whole-worker",
      {},
      {
        SITES: { type: "kv", id: "sites" },
        STAFF_PASSWORD: { type: "text", value: "secret" },
      },
    );
    const kv = await app.getKVNamespace("SITES");
    const hosts = ["shop.example", "www.shop.example"];
    const site = {
      hosts,
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web" }],
    };
    for (const { pattern, text } of storedEntries(hosts, await asPushed(JSON.stringify(site)))) {
      await kv.put(siteKey(pattern), text);
    }
  }, 60_000);
  afterAll(() => app.dispose());
  const get = (url: string, headers: Record<string, string> = {}) => app.dispatchFetch(url, { headers });

  it.each(["shop.example", "www.shop.example"])("serves the site of %s from KV", async (host) => {
    expect(await (await get(`http://${host}/a`)).text()).toBe("hello");
    expect(origin.last.headers["x-forwarded-host"]).toBe(host);
  });

  it("refuses a host without a site", async () => {
    const answer = await get("http://other.example/");
    expect(await answer.json()).toMatchObject({ type: "about:blank", status: 404 });
  });

  it("answers with what it adds, on every host", async () => {
    expect(await (await get("http://any.example/whoami")).json()).toEqual({ ip: expect.any(String) });
    expect(origin.seen).toEqual([]);
  });

  it("guards the staff's part of every site", async () => {
    expect((await get("http://shop.example/staff/a")).status).toBe(401);
    expect(origin.seen).toEqual([]);
    const authorization = `Basic ${Buffer.from("staff:secret").toString("base64")}`;
    expect(await (await get("http://shop.example/staff/a", { authorization })).text()).toBe("hello");
  });

  it("has the edge's own paths", async () => {
    expect(await (await get("http://any.example/.headgate/health")).json()).toEqual({ status: "ok" });
  });
});
