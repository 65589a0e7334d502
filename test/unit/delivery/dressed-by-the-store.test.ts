// A store that answers often keeps its responses with the security headers of their route. No client may see a difference.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { aSite } from "../../support/asked.ts";
import { CacheInProcess } from "../../support/cache-in-process.ts";

const FIELDS = {
  "cache-control": "max-age=60",
  server: "nginx",
  "x-powered-by": "PHP",
  "content-security-policy": "default-src 'none'",
  "x-frame-options": "ALLOWALL",
  etag: '"v1"',
};

const siteWith = (
  security: SiteFile["security"],
  { headers, route = {} }: { headers?: SiteFile["headers"]; route?: object } = {},
) =>
  aSite({
    pools: { web: { origins: [{ id: "a", url: "http://origin.test" }] } },
    routes: [{ id: "all", to: "web", cache: {}, ...route }],
    security,
    ...(headers && { headers }),
  });

/** All that may differ between the first answer and a hit. */
const OF_THE_CACHE = ["age", "cache-status", "date"];

async function fieldsNow(edge: CacheInProcess): Promise<Record<string, string>> {
  const { reply } = await edge.get();
  await edge.settled();
  return Object.fromEntries([...reply.headers].filter(([name]) => !OF_THE_CACHE.includes(name)));
}

const SITES: readonly [what: string, site: ReturnType<typeof siteWith>][] = [
  ["no headers", siteWith("off")],
  ["basic", siteWith("basic")],
  ["strict", siteWith("strict")],
  [
    "strict, changed",
    siteWith({ preset: "strict", headers: { "x-frame-options": "SAMEORIGIN", "x-own": "1" } }),
  ],
  [
    "a field that the cache changes too",
    siteWith(
      { preset: "basic", headers: { "cache-control": "public" } },
      { route: { cache: { browserTtl: "1h" } } },
    ),
  ],
  [
    "strict, after the site's own edits",
    siteWith("strict", {
      headers: { response: { remove: ["content-security-policy"], set: { "x-frame-options": "DENY" } } },
    }),
  ],
  [
    "strict, before the route's own edits",
    siteWith("strict", { route: { headers: { response: { set: { server: "ours" } } } } }),
  ],
  ["another preset on the route", siteWith("basic", { route: { security: "strict" } })],
];

describe("a hit has the same fields as the answer that was stored", () => {
  it.each(SITES)("%s", async (_what, site) => {
    const edge = new CacheInProcess(site, "body", FIELDS);
    const first = await fieldsNow(edge);
    expect(await fieldsNow(edge)).toEqual(first);
    expect(await fieldsNow(edge)).toEqual(first);
  });

  it("if the site changes in between", async () => {
    const edge = new CacheInProcess(siteWith("strict"), "body", FIELDS);
    const strict = await fieldsNow(edge);
    await fieldsNow(edge);
    for (let time = 1; time <= 2; time++) {
      for (const [, site] of SITES) {
        edge.site = site;
        const expected = await fieldsNow(new CacheInProcess(site, "body", FIELDS));
        expect(await fieldsNow(edge)).toEqual(expected);
      }
    }
    edge.site = siteWith("strict");
    expect(await fieldsNow(edge)).toEqual(strict);
  });
});
