import { describe, expect, it } from "vitest";
import { type SiteFile, siteSchema } from "../../../shared/site/schema.ts";
import { compileDressing, dress } from "../../../worker/delivery/security-headers.ts";

type Security = SiteFile["security"];

const dressed = (site: Security, route?: Security, origin: Record<string, string> = {}) => {
  const parsed = siteSchema.parse({
    hosts: ["a.test"],
    security: site,
    routes: [{ id: "r", respond: {}, ...(route !== undefined && { security: route }) }],
  });
  const headers = new Headers(origin);
  dress(headers, compileDressing(parsed.security, parsed.routes[0]?.security).steps);
  return Object.fromEntries(headers);
};

const ANONYMOUS = {
  server: "x/1",
  "x-powered-by": "y/2",
  "x-aspnet-version": "4",
  "x-aspnetmvc-version": "5",
};

describe("the security headers", () => {
  it("of basic add what is absent and change nothing else", () => {
    expect(dressed("basic", undefined, { "x-frame-options": "ALLOW", ...ANONYMOUS })).toEqual({
      "x-content-type-options": "nosniff",
      "x-frame-options": "ALLOW",
      "referrer-policy": "strict-origin-when-cross-origin",
    });
  });

  it("of strict replace the origin's, but for its own policies", () => {
    const origin = {
      "strict-transport-security": "max-age=1",
      "x-frame-options": "ALLOW",
      "content-security-policy": "default-src *",
      "referrer-policy": "origin",
    };
    expect(dressed("strict", undefined, { ...origin, ...ANONYMOUS })).toEqual({
      "strict-transport-security": "max-age=63072000; includeSubDomains",
      "content-security-policy": "default-src *",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "origin",
      "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "x-permitted-cross-domain-policies": "none",
    });
  });

  it("of strict are these where the origin says nothing", () => {
    expect(dressed("strict")).toEqual({
      "strict-transport-security": "max-age=63072000; includeSubDomains",
      "content-security-policy":
        "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "strict-origin-when-cross-origin",
      "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "x-permitted-cross-domain-policies": "none",
    });
  });

  it("leave alone what is `off`, and set the rest of the preset", () => {
    const headers = { "x-frame-options": "off", "x-powered-by": "off" } as const;
    expect(
      dressed({ preset: "basic", headers }, undefined, { ...ANONYMOUS, "x-frame-options": "O" }),
    ).toEqual({
      "x-content-type-options": "nosniff",
      "x-frame-options": "O",
      "referrer-policy": "strict-origin-when-cross-origin",
      "x-powered-by": "y/2",
    });
  });

  it("of off touch nothing", () => {
    expect(dressed("off", undefined, ANONYMOUS)).toEqual(ANONYMOUS);
  });

  it.each([
    ["a value is set", { "x-frame-options": "DENY" }, { "x-frame-options": "DENY" }],
    ["off leaves the origin's", { "x-frame-options": "off" }, { "x-frame-options": "ORIGIN" }],
    ["remove takes it away", { "x-frame-options": "remove" }, {}],
    [
      "set-if-absent keeps the origin's",
      { "x-frame-options": { value: "DENY", merge: "set-if-absent" } },
      { "x-frame-options": "ORIGIN" },
    ],
    [
      "set-if-absent sets where there is none",
      { "x-own": { value: "1", merge: "set-if-absent" } },
      { "x-frame-options": "ORIGIN", "x-own": "1" },
    ],
    ["set replaces", { "X-Frame-Options": { value: "DENY" } }, { "x-frame-options": "DENY" }],
  ] as [string, object, object][])("by header: %s", (_name, headers, expected) => {
    const site = { preset: "off", headers } as Security;
    expect(dressed(site, undefined, { "x-frame-options": "ORIGIN" })).toEqual(expected);
  });

  it("of a route change the site's header by header, or start afresh from a preset", () => {
    const site = { preset: "off" as const, headers: { "x-a": "site", "x-b": "site" } };
    expect(dressed(site, { headers: { "x-b": "route" } })).toEqual({ "x-a": "site", "x-b": "route" });
    expect(dressed(site, "off")).toEqual({});
    expect(dressed(site, { preset: "off", headers: { "x-c": "route" } })).toEqual({ "x-c": "route" });
  });
});

describe("what is compiled", () => {
  const compiled = (site: Security, route?: Security) => {
    const routes = [{ id: "r", respond: {}, ...(route !== undefined && { security: route }) }];
    const parsed = siteSchema.parse({ hosts: ["a.test"], security: site, routes });
    return compileDressing(parsed.security, parsed.routes[0]?.security);
  };
  const A = { headers: { "x-a": "1" } };

  it.each([
    ["basic", undefined, "basic"],
    ["strict", undefined, "strict"],
    ["strict", "off", "off"],
    [A, undefined, "basic, changed"],
    [{ preset: "strict", ...A }, undefined, "strict, changed"],
    ["strict", A, "strict, changed"],
    [A, A, "basic, changed"],
    [A, "strict", "strict"], // it starts afresh
    [A, { preset: "off", headers: {} }, "off"],
  ] as [Security, Security, string][])("of %j and %j is called %s", (site, route, label) => {
    expect(compiled(site, route).label).toBe(label);
  });

  it("is applied before the route's edits where the site says it, and after them where the route does", () => {
    const names = (steps: readonly { name: string }[]) => steps.map(({ name }) => name);
    const off = (headers: Record<string, string>) => ({ preset: "off" as const, headers });
    const both = compiled(off({ "x-a": "1", "x-b": "1" }), { headers: { "x-b": "2", "x-c": "2" } });
    expect([names(both.ofSite), names(both.ofRoute)]).toEqual([["x-a"], ["x-b", "x-c"]]);
    const afresh = compiled(off({ "x-a": "1" }), off({ "x-c": "2" }));
    expect([names(afresh.ofSite), names(afresh.ofRoute)]).toEqual([[], ["x-c"]]);
  });

  it("says which of the fields gives way to the origin's", () => {
    const steps = compiled({
      preset: "off",
      headers: { "x-a": { value: "1", merge: "set-if-absent" }, "x-b": "2" },
    });
    expect(steps.steps).toEqual([
      { do: "set-if-absent", name: "x-a", value: "1" },
      { do: "set", name: "x-b", value: "2" },
    ]);
    expect(compiled("basic").steps[0]).toEqual({
      do: "set-if-absent",
      name: "x-content-type-options",
      value: "nosniff",
    });
  });
});
