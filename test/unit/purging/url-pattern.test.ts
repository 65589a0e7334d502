// Patterns of a BAN, as clients of Varnish write them.
import { describe, expect, it } from "vitest";
import { readHostPattern, readTagPattern, readUrlPattern } from "../../../worker/purging/url-pattern.ts";

describe("a pattern of URLs", () => {
  const all = { by: "all" } as const;
  const below = (path: string) => ({ by: "below", path }) as const;
  const exact = (path: string) => ({ by: "exact", path }) as const;
  const rows: [pattern: string, reach: ReturnType<typeof readUrlPattern>][] = [
    [".*", all],
    ["^.*$", all],
    ["", all],
    ["/", all],
    ["^/", all],
    ["/.*", all], // Proxy Cache Purge of WordPress, for a whole site
    ["^/.*$", all],
    ["^/$", exact("/")],
    ["/news/.*", below("/news/")],
    ["^/news/", below("/news/")],
    ["^/news/.*$", below("/news/")],
    ["^/a\\.b/.*", below("/a.b/")],
    ["^/a\\-b/\\/c/", below("/a-b//c/")],
    ["/a.b/.*", below("/a.b/")],
    ["^/page$", exact("/page")],
    ["^/page\\.html$", exact("/page.html")],
  ];
  it.each(rows)("%s is understood", (pattern, reach) => {
    expect(readUrlPattern(pattern)).toEqual(reach);
  });

  it.each([
    "/news", // also covers /newspaper
    "/news.*",
    "^/news",
    "\\.png$",
    "^/(a|b)/",
    "/a[0-9]/",
    "/a+/",
    "/a.*b/",
    ".*/a/",
    "news/",
    "^/a\\d/",
    "^/a/.*\\.css$",
    "/a/.+",
    "/a|/b/",
    "\\",
  ])("%s is no purge", (pattern) => {
    expect(readUrlPattern(pattern)).toBeUndefined();
  });
});

describe("a pattern of hosts", () => {
  it.each([
    [".*", "all"],
    ["^.*$", "all"],
    [".+", "all"],
    ["", "all"],
    ["shop.test", { host: "shop.test" }],
    ["^shop\\.test$", { host: "shop.test" }],
  ])("%s is understood", (pattern, host) => {
    expect(readHostPattern(pattern)).toEqual(host);
  });

  it.each(["^(a|b)\\.test$", ".*\\.test", "a*"])("%s is none", (pattern) => {
    expect(readHostPattern(pattern)).toBeUndefined();
  });
});

describe("a pattern of tags", () => {
  const rows: [pattern: string, tags: ReturnType<typeof readTagPattern>][] = [
    ["a", ["a"]],
    ["a b,c|d", ["a", "b", "c", "d"]],
    ["node:1|node_list", ["node:1", "node_list"]], // Drupal's varnish_purge
    ["a a", ["a"]],
    ["(^|,)(a|b\\-c)(,|$)", ["a", "b-c"]], // FOSHttpCache
    ["((^|,)cat_p_1(,|$))|((^|,)cat_p(,|$))", ["cat_p_1", "cat_p"]], // Magento
    ["a\\,b", ["a,b"]],
    ["a\\(1\\)", ["a(1)"]],
    ["product.17", ["product.17"]],
    ["", []],
    [" , ", []],
    [".*", "all"],
    ["^.+$", "all"],
  ];
  it.each(rows)("%s is understood", (pattern, tags) => {
    expect(readTagPattern(pattern)).toEqual(tags);
  });

  it.each(["a.*", "a[0-9]", "node:.*|b", "^a", "a$"])("%s is none", (pattern) => {
    expect(readTagPattern(pattern)).toBeUndefined();
  });
});
