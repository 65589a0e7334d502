// What a PURGE or BAN request names. The shapes are those of Varnish's documentation (users-guide/purging), of Proxy Cache Purge
// for WordPress, of Drupal's varnish_purge, of FOSHttpCache, of Magento and of Fastly.
import { describe, expect, it } from "vitest";
import { purgesAsked } from "../../../worker/purging/purges-asked.ts";
import { ORDER_FIELDS } from "../../../worker/purging/request-orders.ts";
import { anAsked, aSite } from "../../support/asked.ts";

const HOST = "shop.test";
const site = aSite({
  hosts: [HOST, "www.shop.test"],
  pools: { web: { origins: [{ id: "a", url: "http://a.test" }] } },
  routes: [
    { id: "own", match: { path: "/own" }, respond: { body: "own" } },
    { id: "rest", cache: { key: { query: { except: ["utm_*"] } } }, to: "web" },
  ],
});

const asked = (method: string, path: string, headers: Record<string, string> = {}) =>
  purgesAsked(anAsked(`https://${HOST}${path}`, { method, headers }), site);
const purges = (...request: Parameters<typeof asked>) => {
  const read = asked(...request);
  if (!read.ok) throw new Error(read.error);
  return read.value.map(({ what, mode, overMs }) => ({
    ...what,
    ...(mode === "soft" && { mode }),
    ...(overMs && { overMs }),
  }));
};

describe("a PURGE", () => {
  it("is of its URL, by the key of its route", () => {
    expect(purges("PURGE", "/page?v=1&utm_source=mail")).toEqual([{ by: "url", key: `${HOST}/page?v=1` }]);
  });

  it("is of what the URL stands for in another spelling", () => {
    expect(purges("PURGE", "/%70age")).toEqual([{ by: "url", key: `${HOST}/page` }]);
  });

  it("may be soft, as Fastly's clients say it", () => {
    expect(purges("PURGE", "/page", { "fastly-soft-purge": "1" })).toEqual([
      { by: "url", key: `${HOST}/page`, mode: "soft" },
    ]);
    expect(purges("PURGE", "/page", { "fastly-soft-purge": "0" })).toEqual([
      { by: "url", key: `${HOST}/page` },
    ]);
  });

  it.each([
    ["/.*", { by: "host", host: HOST }],
    ["/news/.*", { by: "prefix", host: HOST, path: "/news/" }],
  ])("is of what is below a path, if it says that it is a pattern: %s", (path, what) => {
    expect(purges("PURGE", path, { "x-purge-method": "regex" })).toEqual([what]);
  });

  it.each(["default", "exact", ""])("is of its URL with X-Purge-Method: %s", (method) => {
    expect(purges("PURGE", "/a", { "x-purge-method": method })).toEqual([{ by: "url", key: `${HOST}/a` }]);
  });

  it.each([
    "cache-tag",
    "cache-tags",
    "x-cache-tags",
    "surrogate-key",
    "xkey",
    "xkey-purge",
    "x-magento-tags-pattern",
  ])("is of the tags in %s, wherever they are", (name) => {
    expect(purges("PURGE", "/", { [name]: "a b" })).toEqual([
      { by: "tag", tag: "a" },
      { by: "tag", tag: "b" },
    ]);
  });

  it("makes tags stale with xkey-softpurge", () => {
    expect(purges("PURGE", "/", { "xkey-softpurge": "a" })).toEqual([{ by: "tag", tag: "a", mode: "soft" }]);
  });
});

describe("a BAN", () => {
  it.each([
    ["/news", { by: "prefix", host: HOST, path: "/news" }],
    ["/news/", { by: "prefix", host: HOST, path: "/news/" }],
    ["/news/.*", { by: "prefix", host: HOST, path: "/news/" }],
    ["/", { by: "host", host: HOST }],
    ["/.*", { by: "host", host: HOST }],
  ])("of %s is of what is below", (path, what) => {
    expect(purges("BAN", path)).toEqual([what]);
  });

  const fields: [headers: Record<string, string>, what: object][] = [
    [{ "x-url": "^/news/.*" }, { by: "prefix", host: HOST, path: "/news/" }],
    [{ "x-ban-url": "^/page$" }, { by: "url", key: `${HOST}/page` }],
    [
      { "x-ban-url": "/.*", "x-ban-host": "www.shop.test" },
      { by: "host", host: "www.shop.test" },
    ],
    [
      { "x-url": "/news/", "x-host": "^www\\.shop\\.test$" },
      { by: "prefix", host: "www.shop.test", path: "/news/" },
    ],
    [{ "x-host": ".*", "x-url": ".*", "x-content-type": ".*" }, { by: "all" }],
    [{ "x-url": ".*" }, { by: "host", host: HOST }],
    [{ "cache-tags": "a" }, { by: "tag", tag: "a" }],
    [
      { "cache-tags": "a", "x-host": ".*" },
      { by: "tag", tag: "a" },
    ],
    [
      { "cache-tags": "a", "x-host": "www.shop.test" },
      { by: "tag", tag: "a", host: "www.shop.test" },
    ],
    [
      { "x-cache-tags": "(^|,)(a)(,|$)", "x-url": ".*", "x-host": ".*", "x-content-type": ".*" },
      { by: "tag", tag: "a" },
    ],
    [{ "x-magento-tags-pattern": ".*" }, { by: "all" }],
    [
      { "x-cache-tags": ".*", "x-host": HOST },
      { by: "host", host: HOST },
    ],
  ];
  it.each(fields)("with %o is of what they say", (headers, what) => {
    expect(purges("BAN", "/", headers)).toEqual([what]);
  });
});

describe("what no purge can express", () => {
  const rows: [method: string, path: string, headers: Record<string, string>, sentence: RegExp][] = [
    ["BAN", "/a*b", {}, /^the path: write a path/],
    ["BAN", "/a?b=1", {}, /^the path: write a path/],
    ["BAN", "/", { "x-url": "\\.png$" }, /^x-url: write a path/],
    ["PURGE", "/a.*", { "x-purge-method": "regex" }, /^the path: write a path/],
    ["BAN", "/", { "x-content-type": "image/.*" }, /^x-content-type: no purge is by content type/],
    ["BAN", "/", { "x-ban-regex": "a" }, /^X-Ban-Regex: no purge is by regular expression/],
    ["BAN", "/", { "x-host": "(a|b)" }, /^x-host: write one host/],
    ["BAN", "/", { "x-url": "/a/", "x-host": ".*" }, /^x-url: a path is of one host/],
    ["BAN", "/", { "cache-tags": "a", "x-url": "/a/" }, /^x-url: a purge by tag is not limited to a path/],
    ["BAN", "/", { "cache-tags": "a.*" }, /^cache-tags: write tags/],
    ["BAN", "/", { "cache-tags": " " }, /^cache-tags: names no tag$/],
    ["BAN", "/", { "cache-tags": "x".repeat(2_000) }, /^the tag is no tag/],
    [
      "BAN",
      "/",
      { "cache-tags": Array.from({ length: 101 }, (_, tag) => tag).join() },
      /has 101 tags; send 100 at most/,
    ],
    ["PURGE", "/own", {}, /^the URL is stored by no route of the site/],
    ["PURGE", "/a", { "x-host": "www.shop.test" }, /leave X-Host out/],
    ["BAN", "/", { "x-host": "other.test" }, /^the host is no host of the site/],
    ["BAN", `/${"a/".repeat(40)}`, {}, /^the prefix has too many segments/],
  ];
  it.each(rows)("%s %s with %o is refused as a whole", (method, path, headers, sentence) => {
    const read = asked(method, path, headers);
    expect(read).toEqual({ ok: false, error: expect.stringMatching(sentence) });
  });
});

it("knows each field that says what is purged as one that has to be signed", () => {
  for (const name of [
    "cache-tags",
    "xkey-softpurge",
    "x-url",
    "x-host",
    "x-content-type",
    "fastly-soft-purge",
    "x-purge-method",
  ])
    expect(ORDER_FIELDS).toContain(name);
});
