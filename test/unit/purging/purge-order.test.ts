import { describe, expect, it } from "vitest";
import { OPERATIONS } from "../../../shared/admin/operations.ts";
import type { PurgeTarget } from "../../../worker/keeping/purge-target.ts";
import { hostOfOrder, readOrder } from "../../../worker/purging/purge-order.ts";
import { aSite } from "../../support/asked.ts";

const site = aSite({
  hosts: ["shop.test", "*.shop.test"],
  pools: { web: { origins: [{ id: "a", url: "http://a.test" }] } },
  routes: [
    { id: "assets", match: { path: "/assets/*" }, cache: { key: { query: { only: ["v"] } } }, to: "web" },
    { id: "uncached", match: { path: "/api/*" }, respond: { body: "x" } },
    {
      id: "mobile",
      match: { path: "/page", header: { "user-agent": "*mobile*" } },
      cache: { key: { query: { sorted: true } } },
      to: "web",
    },
    { id: "rest", to: "web" },
  ],
});

const order = (body: unknown) => {
  const read = OPERATIONS.purge.body.parse(body);
  return readOrder(read, site);
};
const targets = (body: unknown): PurgeTarget[] => {
  const read = order(body);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.map(({ what }) => what);
};
const keys = (url: string) =>
  targets({ urls: [url] }).map((target) => (target.by === "url" ? target.key : target.by));

describe("an order to purge", () => {
  it("names all, a host, a tag, or a tag of a host", () => {
    expect(targets({ all: true })).toEqual([{ by: "all" }]);
    expect(targets({ all: true, host: "WWW.Shop.test" })).toEqual([{ by: "host", host: "www.shop.test" }]);
    expect(targets({ host: "WWW.Shop.test" })).toEqual([{ by: "host", host: "www.shop.test" }]);
    expect(targets({ tag: "product 42" })).toEqual([{ by: "tag", tag: "product 42" }]);
    expect(targets({ tag: "x", host: "shop.test" })).toEqual([{ by: "tag", tag: "x", host: "shop.test" }]);
  });

  it("names a path in the form in which it is compared", () => {
    expect(targets({ prefix: "HTTPS://Shop.test:443/a/./%62/" })).toEqual([
      { by: "prefix", host: "shop.test", path: "/a/b/" },
    ]);
    expect(targets({ prefix: "https://a.shop.test/" })).toEqual([
      { by: "prefix", host: "a.shop.test", path: "/" },
    ]);
  });

  it("names a URL by the keys of the routes that take it, by http and https", () => {
    expect(keys("https://shop.test/assets/x.js?utm=1&v=2")).toEqual(["shop.test/assets/x.js?v=2"]);
    expect(keys("HTTP://Shop.test:80/assets/x.js?v=2")).toEqual(["shop.test/assets/x.js?v=2"]);
    expect(keys("https://shop.test/page?b=1&a=2").sort()).toEqual([
      "shop.test/page?a=2&b=1",
      "shop.test/page?b=1&a=2",
    ]);
    expect(keys("http://shop.test:8080/other")).toEqual(["shop.test:8080/other"]);
  });

  it("may name a URL that no route stores among others, but not alone", () => {
    expect(targets({ urls: ["https://shop.test/api/x", "https://shop.test/other"] })).toEqual([
      { by: "url", key: "shop.test/other" },
    ]);
    expect(order({ urls: ["https://shop.test/api/x"] })).toEqual({
      ok: false,
      error: [
        { path: "urls[0]", message: "is stored by no route of the site, so there is nothing to purge" },
      ],
    });
  });

  it("has a mode and a spread for all that it names", () => {
    const read = order({
      urls: ["https://shop.test/other", "https://shop.test/"],
      mode: "soft",
      over: "10m",
    });
    expect(read.ok && read.value.map(({ mode, overMs }) => [mode, overMs])).toEqual([
      ["soft", 600_000],
      ["soft", 600_000],
    ]);
  });

  const faulty: [what: string, body: unknown, path: string, message: RegExp][] = [
    ["nothing", {}, "", /^the body names nothing to purge; write urls, prefix, tag, host or all$/],
    ["a mode alone", { mode: "soft" }, "", /names nothing/],
    ["two things", { tag: "a", all: true }, "all", /^cannot stand beside tag/],
    [
      "a host beside URLs",
      { urls: ["https://shop.test/"], host: "shop.test" },
      "host",
      /^cannot stand beside urls, which names the host itself$/,
    ],
    ["a foreign host", { all: true, host: "other.test" }, "host", /^is no host of the site shop\.test$/],
    ["a wildcard", { all: true, host: "*.shop.test" }, "host", /^has no host|^is no host/],
    [
      "a prefix without a slash",
      { prefix: "https://shop.test" },
      "prefix",
      /^has no path; end it with a slash, or purge the host$/,
    ],
    [
      "a prefix with a query",
      { prefix: "https://shop.test/a?b" },
      "prefix",
      /^has a query; a prefix is a path$/,
    ],
    [
      "a prefix without a scheme",
      { prefix: "shop.test/a/" },
      "prefix",
      /^must begin with http:\/\/ or https:\/\/ and a host$/,
    ],
    ["a path alone", { prefix: "/a/" }, "prefix", /^must begin with/],
    ["a deep prefix", { prefix: `https://shop.test${"/a".repeat(40)}/` }, "prefix", /^has too many segments/],
    [
      "a URL of another site",
      { urls: ["https://shop.test/", "https://other.test/"] },
      "urls[1]",
      /^is on other\.test, which is no host/,
    ],
    ["a URL with a fragment", { urls: ["https://shop.test/#a"] }, "urls[0]", /^has a fragment/],
    [
      "a URL with a space",
      { urls: ["https://shop.test/a b"] },
      "urls[0]",
      /^has a character that no URL has/,
    ],
    [
      "a URL with a broken escape",
      { urls: ["https://shop.test/%zz"] },
      "urls[0]",
      /^is no URL of a request: The path has a percent sign/,
    ],
    [
      "a URL with a user",
      { urls: ["https://me@shop.test/"] },
      "urls[0]",
      /^is no URL of a request: The Host/,
    ],
  ];
  it.each(faulty)("is refused if it names %s", (_what, body, path, message) => {
    const read = order(body);
    expect(read).toEqual({ ok: false, error: [{ path, message: expect.stringMatching(message) }] });
  });

  it("has a host by which its site can be found", () => {
    const host = (body: unknown) => hostOfOrder(OPERATIONS.purgeByUrl.body.parse(body));
    expect(host({ urls: ["HTTPS://WWW.Shop.test:8443/a", "https://other.test/"] })).toEqual({
      ok: true,
      value: "www.shop.test",
    });
    expect(host({ prefix: "https://shop.test/a" })).toEqual({ ok: true, value: "shop.test" });
    expect(host({ tag: "a", host: "Shop.test." })).toEqual({ ok: true, value: "shop.test" });
    const faults: [body: unknown, path: string, message: RegExp][] = [
      [{ all: true }, "", /^the body names no host; write urls, prefix or host, or name the site$/],
      [{ tag: "a" }, "", /^the body names no host/],
      [{ urls: ["/a"] }, "urls[0]", /^must begin with http/],
      [{ prefix: "https://shop.test" }, "prefix", /^has no path/],
      [{ host: "shop.test/a" }, "host", /^has no host/],
    ];
    for (const [body, path, message] of faults)
      expect(host(body)).toEqual({ ok: false, error: { path, message: expect.stringMatching(message) } });
  });

  it("reports every faulty URL at once", () => {
    const read = order({ urls: ["x", "https://shop.test/", "https://other.test/"] });
    expect(read.ok ? [] : read.error.map(({ path }) => path)).toEqual(["urls[0]", "urls[2]"]);
  });
});
