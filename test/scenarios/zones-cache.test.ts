// Cloudflare keeps a cache of its own under every fetch. What turns it off is told to the platform, and to nobody else: the
// origin is asked the same on Cloudflare, as Miniflare imitates it, and standalone.
import { afterAll, beforeAll, expect, it } from "vitest";
import { cacheApiEdge, type RunningEdge, standaloneEdge } from "../conformance/public-suite/edges.ts";
import { EdgeClient } from "../support/client.ts";
import { afterBody, useOrigin } from "../support/origin.ts";

const origin = useOrigin(afterBody((_request, response) => void response.end("hello")));
const edges: { readonly edge: RunningEdge; readonly client: EdgeClient }[] = [];

beforeAll(async () => {
  const site = {
    hosts: ["*"],
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [{ id: "all", to: "web" }],
    log: { sample: 0 },
  };
  for (const start of [standaloneEdge, cacheApiEdge]) {
    const edge = await start(site);
    edges.push({ edge, client: new EdgeClient(edge.url, "shop.example.com") });
  }
});
afterAll(async () => {
  for (const { edge, client } of edges) {
    await client.close();
    await edge.stop();
  }
});

/** Fields that differ from request to request, or that Miniflare writes for the platform. */
const THE_PLATFORMS = /^(?:cf-|host$|connection$|content-length$|transfer-encoding$|accept-encoding$)/;
const OF_ONE_REQUEST = new Set(["x-request-id", "x-forwarded-for", "forwarded"]);

for (const asking of [
  { method: "GET" },
  { method: "HEAD" },
  { method: "GET", headers: { "cache-control": "max-age=0" } },
  { method: "POST", body: "an upload" },
]) {
  it(`the origin sees no field of it: ${JSON.stringify(asking)}`, async () => {
    const seen: string[][] = [];
    for (const { client } of edges) {
      expect((await client.ask("/logo.png", asking)).status).toBe(200);
      const names = Object.entries(origin.last.headers).filter(
        ([name]) => !THE_PLATFORMS.test(name) && !OF_ONE_REQUEST.has(name),
      );
      seen.push(names.map(([name, value]) => `${name}: ${value}`).sort());
    }
    expect(seen[1]).toEqual(seen[0]);
    const told = seen[0]?.filter((field) => /^(?:cache-control|pragma):/.test(field));
    expect(told).toEqual("headers" in asking ? ["cache-control: max-age=0"] : []);
  });
}
