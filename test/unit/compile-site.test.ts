// What a site file becomes once it is loaded: only what its routes use, and each route's entries apart from the others'.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { validateSite } from "../../shared/site/validate.ts";
import { capturesOf } from "../../worker/compile-route.ts";
import type { ProxyAction } from "../../worker/site.ts";
import { aSite } from "../support/asked.ts";

type RouteFile = Partial<SiteFile["routes"][number]>;

const POOLS = {
  web: { origins: [{ id: "a", url: "http://origin.test" }] },
  other: { origins: [{ id: "b", url: "http://other.test" }] },
};
const siteOf = (route: RouteFile, site: Partial<SiteFile> = {}) =>
  aSite({ pools: POOLS, routes: [{ id: "r", to: "web", ...route }], ...site });

function proxyOf(route: RouteFile, site: Partial<SiteFile> = {}): ProxyAction {
  const action = siteOf(route, site).routes[0]?.().action;
  if (action?.kind !== "proxy") throw new Error("the route leads to no pool");
  return action;
}

describe("a compiled site", () => {
  it("is called as its first host", () => {
    expect(siteOf({}, { hosts: ["b.test", "a.test"] }).name).toBe("b.test");
    expect(proxyOf({}, { hosts: ["b.test", "a.test"] }).cache?.place.site).toBe("b.test");
  });

  it("trusts no proxy unless it names one, and looks for none", () => {
    expect(siteOf({}).trustedProxies).toBeNull();
    expect(siteOf({}, { trustedProxies: ["10.0.0.0/8"] }).trustedProxies).not.toBeNull();
  });

  it("leads each route to its own pool", () => {
    expect(proxyOf({ to: "web" }).pool.id).toBe("web");
    expect(proxyOf({ to: "other" }).pool.id).toBe("other");
  });
});

describe("the captures that a route's values may use", () => {
  const match = { path: ["/:id/*", "/:id/x/:rest"] };

  it.each([
    ["a rewrite", { match, to: "web", rewrite: { addPrefix: "/x" } }, ["id", "*", "rest"]],
    ["edits of fields", { match, to: "web", headers: {} }, ["id", "*", "rest"]],
    ["a fixed response", { match, respond: {} }, ["id", "*", "rest"]],
    ["no path of its own", { respond: {} }, ["*"]],
    ["nothing to fill in", { match, to: "web" }, []],
    ["a redirect, whose captures are a template's", { match, redirect: { to: "/:id" } }, []],
  ] as [string, RouteFile, string[]][])("with %s", (_what, route, captures) => {
    const site = validateSite({
      hosts: ["a.test"],
      pools: route.to ? POOLS : {},
      routes: [{ id: "r", ...route }],
    });
    const compiled = site.ok ? site.value.routes[0] : undefined;
    if (!compiled) throw new Error(JSON.stringify(site));
    expect([...capturesOf(compiled)]).toEqual(captures);
  });
});

describe("whose entries a route finds", () => {
  const answeredBy = (route: RouteFile, site: Partial<SiteFile> = {}) =>
    proxyOf(route, site).cache?.place.answeredBy;
  const plain = answeredBy({});

  it.each([
    ["another id", { id: "s" }, {}],
    ["another pool", { to: "other" }, {}],
    ["another path at the origin", { rewrite: { addPrefix: "/x" } }, {}],
    ["other fields for the origin", { headers: { request: { set: { "x-a": "1" } } } }, {}],
    ["other fields of the whole site for the origin", {}, { headers: { request: { set: { "x-a": "1" } } } }],
    ["another audience", { cache: { key: { cookie: ["a"] } } }, {}],
  ] as [string, RouteFile, Partial<SiteFile>][])("are others with %s", (_what, route, site) => {
    expect(answeredBy(route, site)).toMatch(/^[rs]~[0-9a-z]+$/);
    expect(answeredBy(route, site)).not.toBe(plain);
  });

  it.each([
    ["a longer lifetime", { cache: { ttl: "1h" } }],
    ["other fields for the client", { headers: { response: { set: { "x-a": "1" } } } }],
  ] as [string, RouteFile][])("are the same with %s", (_what, route) => {
    expect(answeredBy(route)).toBe(plain);
  });

  it("are shared between routes that leave the route out of the key, and have one audience", () => {
    const shared = (id: string, cookie: string[] = []) =>
      answeredBy({ id, cache: { key: { route: false, cookie } } });
    expect(shared("r")).toMatch(/^~[0-9a-z]+$/);
    expect(shared("r")).toBe(shared("s"));
    expect(shared("r")).not.toBe(shared("s", ["a"]));
  });
});

describe("a response is selected by its target at the origin", () => {
  const selectors = (set: string, cache: RouteFile["cache"]) =>
    proxyOf({
      rewrite: { query: { set: { a: set } } },
      ...(cache !== undefined && { cache }),
    }).cache?.selectors.map(({ name }) => name);

  it.each([
    ["${client.country}", undefined, ["target"]],
    ["${client.country}", { key: { host: false } }, ["target"]],
    ["${host}", { key: { host: false } }, ["target"]],
    ["${host}", { key: { host: true } }, []], // the key tells already
    ["${host}", {}, []],
    ["${host}", undefined, []],
    ["${path}", { key: { host: false } }, []],
    ["x", { key: { host: false } }, []],
  ] as [string, RouteFile["cache"], string[]][])("with %s in the query and %j: %j", (set, cache, names) => {
    expect(selectors(set, cache)).toEqual(names);
  });

  it("if it has a rewrite at all", () => {
    expect(proxyOf({}).cache?.selectors).toEqual([]);
    expect(proxyOf({ rewrite: { addPrefix: "/x" } }).cache?.selectors).toEqual([]);
  });
});

describe("what a route stores, when its origins see another host", () => {
  const place = (host?: string, origin: object = {}) =>
    proxyOf({}, {
      pools: { web: { ...(host && { host }), origins: [{ ...POOLS.web.origins[0], ...origin }] } },
    } as never).cache?.place.answeredBy;

  it("is not found any more: another virtual host may have other content", () => {
    const places = [place(), place("keep"), place("a.test"), place("origin", { host: "b.test" })];
    expect(new Set(places).size).toBe(places.length);
  });

  it("is found as long as they see the same", () => {
    expect(place("origin")).toBe(place());
    expect(place("keep", { host: "origin" })).toBe(place());
    expect(place("origin.test")).toBe(place());
    expect(place("keep", { weight: 3 })).toBe(place("keep"));
  });
});
