// What explain says would happen is what happens: the same site, the same requests, once explained and once sent.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { validateSite } from "../../shared/site/validate.ts";
import { compileSite } from "../../worker/compile-site.ts";
import { explain } from "../../worker/explaining/explain.ts";
import { factsOf } from "../../worker/explaining/facts.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

describe("explain and live traffic agree", () => {
  const edge = useEdge();
  const origin = useOrigin();

  const file = (): SiteFile => ({
    hosts: ["agree.test"],
    pools: { web: { origins: [{ id: "a", url: `${origin.url}/base` }] } },
    routes: [
      { id: "moved", match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } },
      { id: "tea", match: { path: "/tea", method: "GET" }, respond: { status: 418, body: "tea" } },
      {
        id: "api",
        match: { path: "/api/:name/*", header: { accept: "*json*" } },
        rewrite: { path: "/v2/:name/*", query: { remove: ["utm_*"], set: { via: "edge" } } },
        headers: { request: { set: { "x-a": "1" }, remove: ["x-b"] }, response: { set: { "x-c": "2" } } },
        cache: "off",
        to: "web",
      },
      { id: "pages", match: { path: "/pages/*" }, to: "web" },
    ],
    security: "strict",
  });

  const requests: [method: string, path: string, headers: Record<string, string>][] = [
    ["GET", "/old/a/b?c=d", {}],
    ["GET", "/tea", {}],
    ["HEAD", "/tea", {}],
    ["POST", "/tea", {}],
    ["GET", "/api/u%73ers/./1?utm_source=x&page=2", { accept: "application/json", "x-b": "1" }],
    ["GET", "/api/users/1", { accept: "text/html" }],
    ["GET", "/pages//x/../a%20b", { forwarded: "for=me", "x-forwarded-for": "203.0.113.9" }],
    ["OPTIONS", "/pages/a", { te: "trailers", cookie: "a=1" }],
    ["GET", "/pages/a%2Fb", {}],
    ["GET", "/pages/%zz", {}],
    ["GET", "/pages/a", { "cdn-loop": 'headgate;site="agree.test"' }],
  ];

  it.each(requests)("%s %s %j", async (method, path, headers) => {
    const site = validateSite(file());
    if (!site.ok) throw new Error(JSON.stringify(site.error));
    const now = Date.now();
    await edge.stopClockAt(now);
    const told = explain(
      compileSite(site.value, "v1"),
      factsOf({
        method,
        url: `http://agree.test${path}`,
        headers: Object.entries(headers),
        ip: "127.0.0.1",
        country: undefined,
        now,
      }),
    );

    const client = await edge.site(file());
    const answer = await client.ask(path, { method, headers });
    const fields = (all: Iterable<readonly [string, string]>, ...left: string[]) =>
      Object.fromEntries([...all].filter(([name]) => !left.includes(name)));

    if (told.toOrigin === null) {
      expect(origin.seen).toEqual([]);
      expect(answer.status).toBe(told.answer.status);
      // The last three are the connection's own.
      const live = fields(answer.headers, "x-request-id", "content-length", "connection", "keep-alive");
      expect(live).toEqual(fields(told.answer.headers, "x-request-id"));
      if (!told.refusal) expect(answer.text).toBe(told.answer.body ?? "");
      return;
    }
    expect(answer.status).toBe(200);
    expect(origin.last.method).toBe(told.toOrigin.method);
    expect(origin.last.url).toBe(told.toOrigin.url);
    const live = origin.last.headers as Record<string, string>;
    expect(fields(Object.entries(live), "host", "connection", "x-request-id", "content-length")).toEqual(
      fields(told.toOrigin.headers, "x-request-id", "content-length"),
    );
    for (const [name, value] of told.answer.headers.filter(([each]) => each !== "x-request-id")) {
      expect([name, answer.header(name)]).toEqual([name, value]);
    }
  });
});
