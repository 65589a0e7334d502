// What does a purge name that is given as a URL? What requests for the URL would be stored under.
import { describe, expect, it } from "vitest";
import { cacheKey, siteOf, sliceKey, urlOf, variantKey } from "../../../worker/caching/law/key.ts";
import { hostToPurge, targetOfPrefix, targetsOfUrl } from "../../../worker/caching/law/purge-targets.ts";
import { rolloutOf } from "../../../worker/routing/rollout.ts";
import { aSite } from "../../support/asked.ts";
import { someRules } from "./an-entry.ts";

const SITE = aSite({
  hosts: ["a.test"],
  pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
  routes: [
    { id: "old", match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 } },
    { id: "off", match: { path: "/off/*" }, cache: "off", to: "web" },
    {
      id: "staff",
      match: { path: "/assets/*", header: { "x-staff": "*" } },
      cache: { key: { query: { only: [] } } },
      to: "web",
    },
    { id: "assets", match: { path: "/assets/*" }, cache: { key: { query: { only: ["v"] } } }, to: "web" },
    { id: "shared", match: { path: "/shared/*" }, cache: { key: { host: false } }, to: "web" },
    { id: "rest", to: "web" },
  ],
});

const keysOf = (url: string) => {
  const targets = targetsOfUrl(SITE, url);
  if (!targets.ok) return targets.error.reason;
  return targets.value.map((what) => (what.by === "url" ? what.key : what.by));
};

describe("a URL to purge", () => {
  it.each([
    ["https://a.test/page?b=1", ["a.test/page?b=1"]],
    ["http://a.test/page", ["a.test/page"]],
    ["https://A.test./x/../%70age#part", ["a.test/page"]],
    ["https://a.test", ["a.test/"]],
    ["https://a.test:8443/page", ["a.test:8443/page"]],
    ["https://a.test/page?", ["a.test/page?"]],
    ["https://a.test/shared/x", ["/shared/x"]],
    // Which of the two routes took a request depended on the client.
    ["https://a.test/assets/x.js?v=1&utm=z", ["a.test/assets/x.js", "a.test/assets/x.js?v=1"]],
  ])("%s", (url, keys) => {
    expect(keysOf(url)).toEqual(keys);
  });

  it.each([
    ["https://a.test/old/page", "purge-url-not-cached"],
    ["https://a.test/off/page", "purge-url-not-cached"],
    ["a.test/page", "bad-purge-url"],
    ["ftp://a.test/page", "bad-purge-url"],
    ["https:///page", "bad-purge-url"],
    ["https://a.test/%zz", "bad-purge-url"],
    ["", "bad-purge-url"],
  ])("is refused: %s", (url, reason) => {
    expect(keysOf(url)).toBe(reason);
  });
});

// Only the keys of the live version were purged, so clients of the next one went on to get the page.
it("a URL to purge is that of both versions in a rollout", () => {
  const site = (only: string[]) =>
    aSite({
      pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
      routes: [{ id: "rest", to: "web", cache: { key: { query: { only } } } }],
    });
  const { live, next } = rolloutOf(site([]), site(["v"]), { share: 0.5, salt: "" });
  const keys = ["a.test/page", "a.test/page?v=1"];
  for (const version of [live, next]) {
    const targets = targetsOfUrl(version, "https://a.test/page?v=1&x");
    expect(targets.ok && targets.value.map((what) => (what.by === "url" ? what.key : "")).sort()).toEqual(
      keys,
    );
  }
});

describe("a prefix to purge", () => {
  it.each([
    ["https://a.test/", "/"],
    ["http://A.test/x", "/x"],
    ["https://a.test:8443/x/%79/", "/x/y/"],
  ])("%s", (url, path) => {
    expect(targetOfPrefix(url)).toEqual({ ok: true, value: { by: "prefix", host: "a.test", path } });
  });

  it.each([
    "https://a.test",
    "a.test/x",
    "/x",
    "https://a.test/x?y",
    "https://a.test?x",
    "https://a.test/%zz",
  ])("is refused: %s", (url) => {
    expect(targetOfPrefix(url)).toEqual({ ok: false, error: { reason: "bad-purge-prefix" } });
  });
});

it.each([
  ["A.test", "a.test"],
  ["a.test.", "a.test"],
  ["a.test:8443", "a.test"],
  ["a.test/x", undefined],
  ["", undefined],
  ["a b", undefined],
])("a host to purge: %s", (text, host) => {
  const read = hostToPurge(text);
  expect(read.ok ? read.value : undefined).toBe(host);
});

describe("of each key that belongs to a URL", () => {
  const rules = someRules();
  const url = { scheme: "https", authority: "a.test", path: "/p", query: "q" } as const;
  const plain = cacheKey(url, rules);
  it.each([
    ["the key itself", plain],
    ["over plain http", cacheKey({ ...url, scheme: "http" }, rules)],
    ["a variant", variantKey(plain, { "vary:x": "#@" })],
    ["a slice", sliceKey(plain, { index: 1, sliceBytes: 9 })],
    ["a query", `${plain}#query:1:2`],
  ])("the URL and the site are known: %s", (_what, key) => {
    expect(urlOf(key)).toBe("a.test/p?q");
    expect(siteOf(key)).toBe(rules.place.site);
  });
});
