import { describe, expect, it } from "vitest";
import { endpointOf, endpointsOf, seenAsOf } from "../../../shared/site/endpoint.ts";
import { siteSchema } from "../../../shared/site/schema.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { hostsShared } from "../../../shared/site/warnings/in-vain.ts";
import { notOnCloudflare } from "../../../shared/site/warnings/reached-on-cloudflare.ts";

const FRA = "https://fra.example.net";

const aSite = (pool: object, origin: object = {}, more: object = {}) => ({
  hosts: ["shop.example.com"],
  pools: { web: { origins: [{ id: "a", url: FRA, ...origin }], ...pool } },
  routes: [{ id: "rest", to: "web" }],
  ...more,
});
const endpoints = (pool: object, origin: object = {}, more: object = {}) =>
  endpointsOf(siteSchema.parse(aSite(pool, origin, more))).map(({ id }) => id);

describe("an origin needs no endpoint of its own", () => {
  it.each([
    ["by default", {}, {}],
    ["with the host of its URL", { host: "origin" }, {}],
    ["with the name of its URL", { host: "FRA.example.net" }, {}],
    ["with the host of its URL beside a pool that keeps the client's", { host: "keep" }, { host: "origin" }],
    ["over http in a pool with words about TLS", { tls: { ca: "x" } }, { url: "http://fra.example.net" }],
  ])("%s", (_what, pool, origin) => {
    expect(endpoints(pool, origin)).toEqual([]);
  });
});

describe("the id of an endpoint", () => {
  it("says everything that makes a connection another, and names the site where it uses what may be the site's alone", () => {
    expect(endpoints({ host: "keep" })).toEqual(["origin https://fra.example.net name=fra.example.net"]);
    expect(endpoints({ host: "keep" }, { url: "http://10.0.0.5:8080/base" })).toEqual([
      "origin http://10.0.0.5:8080",
    ]);
    expect(endpoints({ host: "keep" }, { url: "https://[2001:db8::1]:8443" })).toEqual([
      "origin https://[2001:db8::1]:8443 name=2001:db8::1",
    ]);
    expect(endpoints({ tls: { name: "Fra.Internal", ca: "own", certificate: "edge" } })).toEqual([
      "origin https://fra.example.net name=fra.internal ca=own certificate=edge site=shop.example.com",
    ]);
    expect(endpoints({}, { socket: "app", url: "http://app" })).toEqual([
      "origin http://app socket=app site=shop.example.com",
    ]);
  });

  it("is the same for all that a kept host may be, and of two origins with one place", () => {
    const web = { origins: [{ id: "a", url: FRA }], host: "keep" };
    const site = siteSchema.parse({ ...aSite({}), pools: { web, other: web } });
    expect(endpointsOf(site)).toHaveLength(1);
  });

  it("is another for another site, unless it uses nothing of the operator's", () => {
    const [pool] = Object.values(siteSchema.parse(aSite({ tls: { certificate: "edge" } })).pools);
    const [origin] = pool?.origins ?? [];
    if (!pool || !origin) throw new Error("the site has both");
    expect(endpointOf(origin, pool, "a.test")?.id).not.toBe(endpointOf(origin, pool, "b.test")?.id);
    const plain = { ...pool, tls: undefined, host: "keep" };
    expect(endpointOf(origin, plain, "a.test")?.id).toBe(endpointOf(origin, plain, "b.test")?.id);
  });
});

it("the words of an origin stand in place of its pool's, as a whole", () => {
  const pool = { host: "keep", tls: { ca: "own", name: "pool.test" } };
  expect(seenAsOf({ url: FRA, host: "a.test" }, pool)).toEqual({ name: "a.test" });
  expect(endpoints(pool, { tls: { certificate: "edge" } })).toEqual([
    "origin https://fra.example.net name=fra.example.net certificate=edge site=shop.example.com",
  ]);
});

describe("a file is refused", () => {
  const problems = (pool: object, origin: object = {}) => {
    const valid = validateSite(aSite(pool, origin));
    return valid.ok ? [] : valid.error.map(({ path, message }) => `${path}: ${message}`);
  };

  it.each(["1.2.3", "999.1.1.1", "fra.example.1:8080"])(
    "refuses the host %s, which a URL takes for another or none",
    (host) => {
      expect(problems({ host })).toEqual([
        expect.stringContaining("pools.web.host: ends in a number and is no IPv4 address"),
      ]);
    },
  );

  it.each([
    ["https://a.test"],
    ["a.test/path"],
    ["*.a.test"],
    ["a b"],
    ["a.test:99999"],
    ["a.test:"],
    ["user@a.test"],
    [""],
    ["a..test"],
    ["ä.test"],
    ["a.test\r\nx: y"],
  ])("with the host %j", (host) => {
    expect(problems({ host })).toEqual([expect.stringContaining("pools.web.host: is not a host")]);
    expect(problems({}, { host })).toEqual([
      expect.stringContaining("pools.web.origins[0].host: is not a host"),
    ]);
  });

  it.each(["keep", "origin", "a.test", "a.test:8080", "localhost", "KEEP"])("but not with %j", (host) => {
    expect(problems({ host })).toEqual([]);
  });

  it("with TLS where there is none, or without a word about it", () => {
    const needs = "needs an https URL: an http origin is asked without TLS";
    expect(problems({ tls: { ca: "own" } }, { url: "http://a.test" })).toEqual([`pools.web.tls: ${needs}`]);
    expect(problems({}, { url: "http://a.test", tls: { ca: "own" } })).toEqual([
      `pools.web.origins[0].tls: ${needs}`,
    ]);
    expect(problems({ tls: {} })).toEqual([expect.stringContaining("pools.web.tls: is empty")]);
    expect(problems({ tls: { name: "a.test:443" } })).toEqual([
      expect.stringContaining("pools.web.tls.name: is not a host name"),
    ]);
  });

  it("with a path where a name belongs: files and sockets are the operator's", () => {
    expect(problems({ tls: { ca: "/etc/ssl/ca.pem" } })).toEqual([
      expect.stringContaining("pools.web.tls.ca: is not an id"),
    ]);
    expect(problems({}, { socket: "/var/run/docker.sock" })).toEqual([
      expect.stringContaining("pools.web.origins[0].socket: is not an id"),
    ]);
  });
});

describe("what cannot be had on Cloudflare is told", () => {
  const warned = (pool: object, origin: object = {}, more: object = {}) =>
    notOnCloudflare(siteSchema.parse(aSite(pool, origin, more))).map(({ path, message, onlyOn }) => {
      expect(onlyOn).toBe("cloudflare");
      return `${path}: ${message}`;
    });

  it("of a host outside the zone", () => {
    expect(warned({ host: "keep" })).toEqual([
      "pools.web.host: has no effect on Cloudflare: `a` sees fra.example.net, because no zone can have both that and shop.example.com",
    ]);
    expect(warned({ host: "keep" }, { url: "http://10.0.0.5:81" })).toEqual([
      expect.stringContaining("`a` sees 10.0.0.5:81"),
    ]);
    expect(warned({}, { host: "other.test:8080" })).toEqual([
      expect.stringContaining("pools.web.origins[0].host: has no effect on Cloudflare"),
    ]);
    expect(warned({ host: "keep" }, {}, { hosts: ["*.shop.test"] })).toHaveLength(1);
    expect(warned({ host: "keep" }, { url: "http://localhost" }, { hosts: ["localhost"] })).toHaveLength(1);
  });

  it("and nothing of one that may be in it", () => {
    expect(warned({ host: "keep" }, { url: "https://fra.example.com" })).toEqual([]);
    expect(warned({ host: "www.example.net" })).toEqual([]);
    expect(warned({ host: "keep" }, {}, { hosts: ["*"] })).toEqual([]);
    expect(warned({})).toEqual([]);
  });

  it("of TLS and sockets", () => {
    expect(warned({ tls: { name: "a.test", ca: "own", certificate: "edge" } }, { socket: "app" })).toEqual([
      expect.stringContaining("pools.web.tls.name: has no effect on Cloudflare"),
      expect.stringContaining("pools.web.tls.ca: has no effect on Cloudflare"),
      "pools.web.origins[0].socket: is never reached on Cloudflare, which has no Unix sockets",
    ]);
    expect(warned({ tls: { certificate: "edge" } })).toEqual([]);
  });
});

it("a route that shares responses among hosts that its origins see is told", () => {
  const shared = (host: string, key: object) =>
    hostsShared(
      siteSchema.parse(aSite({ host }, {}, { routes: [{ id: "rest", to: "web", cache: { key } }] })),
    ).map(({ path }) => path);
  expect(shared("keep", { host: false })).toEqual(["routes[0].cache.key.host"]);
  expect(shared("keep", {})).toEqual([]);
  expect(shared("origin", { host: false })).toEqual([]);
});
