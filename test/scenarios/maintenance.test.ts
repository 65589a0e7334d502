// A site that is being worked on, over TCP: a page for everybody, and the site for who holds the token.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { replies, useOrigin } from "../support/origin.ts";

const TOKEN = "whoever-works-on-it";

describe("maintenance", () => {
  const edge = useEdge({ HEADGATE_SECRET_BYPASS: TOKEN });
  const origin = useOrigin(replies(["a page"]), edge);

  const siteWith = (maintenance: SiteFile["maintenance"]) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      security: { preset: "strict", headers: { "strict-transport-security": "max-age=1" } },
      maintenance,
      routes: [{ id: "rest", to: "web", cache: { ttl: "1m" } }],
    });
  const bypass = { header: "x-bypass", cookie: "bypass", token: "${secret:BYPASS}" };

  it("shows the page to everybody and the site to who holds the token, also from the cache", async () => {
    const client = await siteWith({ on: true, bypass, page: { body: "<h1>Soon</h1>" } });
    for (const headers of [{ "x-bypass": TOKEN }, { cookie: `a=1; bypass=${TOKEN}` }] as Record<
      string,
      string
    >[]) {
      const answer = await client.get("/page", headers);
      expect([answer.status, answer.text]).toEqual([200, "a page"]);
      await edge.settled();
    }
    expect(origin.seen).toHaveLength(1); // the token tells no stored responses apart
    expect(JSON.stringify(origin.last.rawHeaders)).not.toContain(TOKEN);
    for (const headers of [{}, { "x-bypass": "other" }, { cookie: "bypass=other" }] as Record<
      string,
      string
    >[]) {
      const answer = await client.get("/page", headers);
      expect([answer.status, answer.text]).toEqual([503, "<h1>Soon</h1>"]);
      expect(answer.header("cache-control")).toBe("no-store");
      expect(answer.header("x-frame-options")).toBe("DENY");
      expect(answer.header("strict-transport-security")).toBeNull();
    }
    expect(origin.seen).toHaveLength(1);
    const record = await edge.record("/page");
    expect(record).toMatchObject({ status: 503, refusal: "maintenance" });
    expect(JSON.stringify((await edge.settled()).records)).not.toContain(TOKEN);
  });

  it("answers HEAD, an upload and an upgrade alike", async () => {
    const client = await siteWith({ on: true, bypass });
    const head = await client.ask("/", { method: "HEAD" });
    expect([head.status, head.header("retry-after"), head.text]).toEqual([503, "300", ""]);
    expect((await client.ask("/", { method: "POST", body: "x" })).status).toBe(503);
    expect((await client.get("/", { range: "bytes=0-1" })).status).toBe(503);
    expect(origin.seen).toEqual([]);
  });
});
