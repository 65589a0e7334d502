import { describe, expect, it } from "vitest";
import { compareData, compareText } from "../../../../cli/comparing/compare-report.ts";
import { type ComparedVersion, compareSites } from "../../../../cli/comparing/compare-sites.ts";
import { requestNamed, requestsIn } from "../../../../cli/comparing/urls.ts";
import { unpainted } from "../../../../cli/printing/terminal-text.ts";
import { err, ok } from "../../../../shared/result.ts";
import { readSiteFile } from "../../../../shared/site/read-site-file.ts";

const NOW = Date.UTC(2026, 10, 28);
const BASE = `hosts: [shop.test, "*.shop.test"]
pools: { web: { origins: [{ id: a, url: "https://a.test" }] } }
routes:
  - { id: old, match: { path: /old/* }, redirect: { to: /new/*, status: 308 } }
  - { id: rest, to: web, cache: { ttl: 1h } }
tests:
  - { name: old links move, request: { url: "https://shop.test/old/a" }, expect: { status: 308 } }
  - { name: pages are kept, request: { url: "https://shop.test/a" }, expect: { route: rest, key: shop.test/a } }
`;
const version = (text: string, name: string): ComparedVersion => {
  const read = readSiteFile(text, "site.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return { ...read.value, version: name, name };
};
const against = (text: string, ...urls: string[]) => {
  const requests = urls.map((url) => ({ method: "GET", url }));
  return compareSites(version(BASE, "v1"), version(text, "v2"), requests, NOW);
};
const differing = (comparison: ReturnType<typeof against>) =>
  comparison.requests
    .filter(({ differences }) => differences.length > 0)
    .map(({ url, differences }) => [
      new URL(url).host + new URL(url).pathname,
      ...differences.map(({ what, a, b }) => `${what}: ${a} → ${b}`),
    ]);

describe("two versions that decide the same", () => {
  it("differ in no request, though their names go into what an origin of a wildcard site is sent", () => {
    const text = BASE.replace('shop.test, "*.shop.test"', '"*.shop.test"')
      .replaceAll("//shop", "//www.shop")
      .replace("key: shop", "key: www.shop");
    const comparison = compareSites(version(text, "v1"), version(text, "v2"), [], NOW);
    expect(differing(comparison)).toEqual([]);
    expect(comparison.changes).toEqual([]);
    expect(compareData(comparison)).toMatchObject({ same: true, brokenTests: [], newTests: [] });
  });

  it("are compared by each request once", () => {
    const comparison = against(BASE, "https://shop.test/b", "https://shop.test/b");
    expect(comparison.requests.map(({ url }) => url)).toEqual([
      "https://shop.test/old/a",
      "https://shop.test/a",
      "https://shop.test/b",
    ]);
  });
});

describe("a pool whose origins see another host", () => {
  it("is told with every request that it takes", () => {
    const text = BASE.replace("web: {", "web: { host: keep,");
    expect(differing(against(text, "https://www.shop.test/b"))).toEqual([
      ["shop.test/a", "to the origin: host: null → a shop.test"],
      ["www.shop.test/b", "to the origin: host: null → a www.shop.test"],
    ]);
  });
});

describe("two versions", () => {
  it("are told apart by what each decides about a request", () => {
    const text = BASE.replace(
      "status: 308 } }",
      "status: 301 } }\n  - { id: api, match: { path: /api/* }, to: web, cache: off }",
    )
      .replace("ttl: 1h", "ttl: 5m")
      .replace(', "*.shop.test"', "");
    const comparison = against(text, "https://shop.test/api/x", "https://www.shop.test/");
    expect(differing(comparison)).toEqual([
      ["shop.test/old/a", "status: 308 → 301"],
      [
        "shop.test/a",
        "cache rules: fresh for 1h (route-ttl), whatever the origin says → fresh for 5m (route-ttl), whatever the origin says",
      ],
      [
        "shop.test/api/x",
        "route: rest → api",
        "cache key: shop.test/api/x → null",
        expect.stringMatching(/^cache rules: fresh for 1h/),
        "cache: null → not asked (cache-off)",
      ],
      expect.arrayContaining(["www.shop.test/", "route: rest → null", "refused: null → 404 no-site"]),
    ]);
  });

  it("are not asked about a host of which neither knows, without a word", () => {
    expect(compareText(against(BASE, "https://shop.tset/"), unpainted)).toContain(
      "3 requests compared, 0 decided differently; 1 of a host that neither serves",
    );
  });

  it("are held to each other's tests", () => {
    const text = BASE.replaceAll("308", "301").replace(
      "tests:",
      'tests:\n  - { request: { url: "https://shop.test/c" }, expect: { route: rest } }',
    );
    const { broken, fresh } = against(text);
    expect(broken.map(({ name, failures }) => [name, failures])).toEqual([
      ["old links move", [{ expectation: "status", expected: "308", actual: "301" }]],
    ]);
    expect(fresh.map(({ name }) => name)).toEqual(["old links move"]); // the new one held before
  });

  it("are not blamed for a test that its own version fails", () => {
    const wrong = BASE.replace("expect: { status: 308 }", "expect: { status: 302 }");
    const { broken, fresh } = compareSites(version(wrong, "v1"), version(wrong, "v2"), [], NOW);
    expect([broken, fresh]).toEqual([[], []]);
  });

  it("are described on a page", () => {
    expect(compareText(against(BASE.replace("status: 308 }", "status: 301 }")), unpainted)).toBe(`v1 → v2
1 change in the site
  route old: redirect.status was 308, is 301
2 requests compared, 1 decided differently
  GET https://shop.test/old/a
    status  308 → 301
1 test that does not hold any more
  old links move
    status: expected 308, actual 301`);
  });

  it("are compared without a request where there is none", () => {
    const bare = BASE.slice(0, BASE.indexOf("tests:"));
    expect(compareText(compareSites(version(bare, "v1"), version(bare, "v1"), [], NOW), unpainted)).toBe(
      "v1 → v1\nnothing changes in the site\nno requests to compare: neither has tests, and --url names none",
    );
  });
});

describe("a request for the comparison", () => {
  it.each([
    ["https://shop.test/a", { method: "GET", url: "https://shop.test/a" }],
    ["POST https://shop.test/a", { method: "POST", url: "https://shop.test/a" }],
    ["  http://shop.test  ", { method: "GET", url: "http://shop.test" }],
    ["shop.test/a", undefined],
    ["GET", undefined],
    ["", undefined],
    ["B@D https://shop.test/", undefined],
    ["https://shop.test/a b", undefined],
  ])("'%s'", (text, expected) => {
    expect(requestNamed(text)).toEqual(expected);
  });

  it("stands on a line of a file", () => {
    expect(requestsIn("# ours\n\nhttps://a.test/\r\nPUT https://b.test/\n", "urls.txt")).toEqual(
      ok([
        { method: "GET", url: "https://a.test/" },
        { method: "PUT", url: "https://b.test/" },
      ]),
    );
    expect(requestsIn("https://a.test/\nb.test\n", "urls.txt")).toEqual(
      err("urls.txt:2: not a whole URL, with http:// or https:// in front, after a method or alone"),
    );
  });
});
