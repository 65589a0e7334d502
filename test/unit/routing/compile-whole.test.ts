import { describe, expect, it } from "vitest";
import type { Site } from "../../../shared/site/schema.ts";
import { compileUnchecked } from "../../../worker/routing/compile-unchecked.ts";
import { compileWhole } from "../../../worker/routing/compile-whole.ts";
import { aSite, validSite } from "../site/fixtures.ts";
import { RICH } from "../site/rich-site.ts";

// No check lets these pass; the compiler tells their place all the same, for the day on which one does.
const spoilt = (spoil: (site: Site) => void): Site => {
  const site = structuredClone(validSite(RICH));
  spoil(site);
  return site;
};

describe("a site that does not compile", () => {
  const rows: [what: string, site: Site, path: string][] = [
    [
      "an origin's URL",
      spoilt((site) => Object.assign(site.pools.web?.origins[1] ?? {}, { url: "https://exa mple.com" })),
      "pools.web.origins[1].url",
    ],
    [
      "a trusted proxy",
      spoilt((site) => Object.assign(site, { trustedProxies: ["home"] })),
      "trustedProxies",
    ],
    [
      "a redirect",
      spoilt((site) => Object.assign(site.routes[0]?.redirect ?? {}, { to: "https://exa mple.com/x" })),
      "routes[0].redirect",
    ],
    [
      "a condition",
      spoilt((site) => Object.assign(site.routes[2]?.match ?? {}, { ip: ["10.0.0.0/99"] })),
      "routes[2].match",
    ],
    [
      "a route without its pool",
      spoilt((site) => Object.assign(site.routes[5] ?? {}, { to: "gone" })),
      "routes[5]",
    ],
  ];

  it.each(rows)("is told with its place: %s", (_what, site, path) => {
    const compiled = compileWhole(site, "v1");
    expect(compiled.ok ? [] : compiled.error.map((problem) => problem.path)).toEqual([path]);
  });
});

describe("a stored site that nobody has checked", () => {
  it("is refused for what would break at the first request", () => {
    const file = aSite({ routes: [{ id: "away", redirect: { to: "https://exa mple.com/x" } }] });
    const compiled = compileUnchecked(file, "v1");
    expect(compiled).toMatchObject({ ok: false, error: [{ path: "routes[0].redirect.to" }] });
  });

  it("is served whatever its tests expect: nobody runs them here", () => {
    const file = aSite({ tests: [{ request: { url: "https://shop.example.com/" }, expect: {} }] });
    expect(compileUnchecked(file, "v1").ok).toBe(true);
  });

  it("is refused, and throws nothing, where it is nested beyond all measure", () => {
    let match: unknown = {};
    for (let depth = 0; depth < 100_000; depth++) match = { not: match };
    const compiled = compileUnchecked(aSite({ routes: [{ id: "deep", match, respond: {} }] }), "v1");
    expect(compiled).toMatchObject({ ok: false, error: [{ path: "" }] });
  });
});
