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
