import { describe, expect, it } from "vitest";
import type { Site } from "../../../shared/site/schema.ts";
import { validateSite } from "../../../shared/site/validate.ts";
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

/** A part of route N, in its compiled form's input, replaced by what the types rule out. */
const withRoute = (
  index: number,
  part: "match" | "rewrite" | "headers" | "cache" | "respond",
  change: object,
) => spoilt((site) => Object.assign(site.routes[index]?.[part] ?? {}, change));

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
      "the site's security",
      spoilt((site) => Object.assign(site, { security: { preset: "gone" } })),
      "security",
    ],
    [
      "the site's request headers",
      spoilt((site) => Object.assign(site.headers ?? {}, { request: { remove: [], add: {}, set: null } })),
      "headers",
    ],
    [
      "the site's response headers",
      spoilt((site) => Object.assign(site.headers?.response ?? {}, { set: null })),
      "headers",
    ],
    [
      "a redirect",
      spoilt((site) => Object.assign(site.routes[0]?.redirect ?? {}, { to: "https://exa mple.com/x" })),
      "routes[0].redirect",
    ],
    ["an expression", withRoute(0, "match", { path: ["/old/:id/*", "/x/:y{[}"] }), "routes[0].match.path[1]"],
    ["an expression of the rest", withRoute(0, "match", { path: ["/x/*{(}"] }), "routes[0].match.path[0]"],
    [
      "an expression below a name in escapes",
      withRoute(3, "match", { path: ["/é/:y{[}"] }),
      "routes[3].match.path[0]",
    ],
    ["a condition", withRoute(2, "match", { ip: ["10.0.0.0/99"] }), "routes[2].match"],
    ["an expression under `not`", withRoute(2, "match", { not: { path: ["/:x{[}"] } }), "routes[2].match"],
    [
      "an expression under `any`",
      withRoute(2, "match", { any: [{}, { path: ["/:x{[}"] }] }),
      "routes[2].match",
    ],
    [
      "an expression under `all`",
      withRoute(2, "match", { all: [{ path: ["/a", "/*{(}"] }] }),
      "routes[2].match",
    ],
    [
      "an expression further within",
      withRoute(2, "match", { not: { any: [{ all: [{ path: ["/:x{[}"] }] }] } }),
      "routes[2].match",
    ],
    [
      "a fixed response",
      withRoute(2, "respond", { headers: { "x-why": null } }),
      "routes[2].respond.headers",
    ],
    ["a rewrite", withRoute(3, "rewrite", { path: null, addPrefix: null }), "routes[3].rewrite"],
    ["a route's headers", withRoute(3, "headers", { request: { set: null } }), "routes[3].headers"],
    ["the cache rules", withRoute(3, "cache", { vary: null }), "routes[3].cache"],
    [
      "a route's security",
      spoilt((site) => Object.assign(site.routes[3] ?? {}, { security: { preset: "gone" } })),
      "routes[3].security",
    ],
    [
      "a route without its pool",
      spoilt((site) => Object.assign(site.routes[5] ?? {}, { to: "gone" })),
      "routes[5]",
    ],
    [
      "something that belongs to no part",
      spoilt((site) => Object.assign(site, { hosts: null, routes: [] })),
      "",
    ],
  ];

  it.each(rows)("is told with its place: %s", (_what, site, path) => {
    const compiled = compileWhole(site, "v1");
    expect(compiled.ok ? [] : compiled.error.map((problem) => problem.path)).toEqual([path]);
    const [problem] = compiled.ok ? [] : compiled.error;
    expect(problem?.message).toMatch(path === "" ? /^the file does not compile \(/ : /^does not compile \(/);
  });

  it("is told with all of its places", () => {
    const site = spoilt((both) => {
      Object.assign(both, { trustedProxies: ["home"] });
      Object.assign(both.routes[3]?.cache ?? {}, { vary: null });
    });
    expect(compileWhole(site, "v1")).toMatchObject({
      ok: false,
      error: [{ path: "trustedProxies" }, { path: "routes[3].cache" }],
    });
  });

  it("compiles as it is, with nothing spoilt", () => {
    expect(compileWhole(validSite(RICH), "v1")).toMatchObject({ ok: true, value: { version: "v1" } });
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

  it.each([[null], [undefined], [7], ["a text"], [[]], [[aSite()]], [true]])(
    "is refused as what it is, where it is no site file: %j",
    (file) => {
      expect(compileUnchecked(file, "v1")).toEqual(validateSite(file));
      expect(compileUnchecked(file, "v1").ok).toBe(false);
    },
  );

  it("is refused, and throws nothing, where it is nested beyond all measure", () => {
    let match: unknown = {};
    for (let depth = 0; depth < 100_000; depth++) match = { not: match };
    const compiled = compileUnchecked(aSite({ routes: [{ id: "deep", match, respond: {} }] }), "v1");
    expect(compiled).toMatchObject({ ok: false, error: [{ path: "" }] });
  });
});
