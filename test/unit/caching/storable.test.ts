import { describe, expect, it } from "vitest";
import {
  type Exchange,
  objectionToStoring,
  type StorageObjection,
} from "../../../worker/caching/law/storable.ts";
import { termsOf } from "../../../worker/caching/law/terms.ts";
import { DecodedHeaders } from "../../support/decoded-headers.ts";
import { NOW, someRules } from "./an-entry.ts";

interface Given {
  readonly method?: string;
  readonly status?: number;
  readonly path?: string;
  readonly request?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly config?: Parameters<typeof someRules>[0];
  readonly contentLocationIsTarget?: boolean;
}

function objection(given: Given): StorageObjection | undefined {
  const {
    method = "GET",
    status = 200,
    path = "/page",
    request = {},
    contentLocationIsTarget = false,
  } = given;
  const headers = new DecodedHeaders(given.headers ?? { "cache-control": "max-age=60" });
  const rules = someRules(given.config);
  const exchange: Exchange = {
    method,
    requestHeaders: new DecodedHeaders(request),
    path,
    status,
    headers,
    terms: () => termsOf({ status, headers, receivedAt: NOW }, rules),
    rules,
    contentLocationIsTarget,
  };
  return objectionToStoring(exchange);
}

const cc = (value: string, more: Record<string, string> = {}) => ({ "cache-control": value, ...more });
const UNREADABLE = "J\uFFFDrg";
const html = { "content-type": "text/html; charset=utf-8" };

/** Each refusal, and beside it the neighbour that is allowed. */
const cases: [objection: StorageObjection, refused: Given, allowed: Given][] = [
  ["method-not-cacheable", { method: "PUT" }, { method: "GET" }],
  ["method-not-cacheable", { method: "OPTIONS" }, { method: "QUERY" }],
  ["method-not-cacheable", { method: "POST" }, { method: "POST", contentLocationIsTarget: true }],
  [
    "method-not-cacheable",
    {
      method: "POST",
      contentLocationIsTarget: true,
      headers: { "last-modified": "Tue, 24 Nov 2026 11:00:00 GMT" },
    },
    { method: "POST", contentLocationIsTarget: true, headers: { expires: "Tue, 24 Nov 2026 13:00:00 GMT" } },
  ],
  [
    "method-not-cacheable",
    { method: "POST", contentLocationIsTarget: true, config: { methods: ["GET"] } },
    { method: "POST", contentLocationIsTarget: true, config: { methods: ["GET", "POST"] } },
  ],
  ["method-not-cacheable", { method: "PUT", contentLocationIsTarget: true }, { method: "QUERY" }],
  [
    "method-not-cacheable",
    { method: "POST", contentLocationIsTarget: true, headers: cc("s-maxage=0", { etag: '"a"' }) },
    { method: "POST", contentLocationIsTarget: true, headers: cc("s-maxage=60") },
  ],
  ["status-not-storable", { status: 304 }, { status: 303 }],
  ["status-not-storable", { status: 103 }, { status: 200 }],
  ["status-not-storable", { status: 199 }, { status: 200 }],
  ["status-not-storable", { status: 412 }, { status: 410 }],
  ["status-not-storable", { status: 416, config: { statusTtl: { 416: "1h" } } }, { status: 404 }],
  ["status-not-storable", { status: 511, config: { statusTtl: { 511: "1h" } } }, { status: 501 }],
  ...[401, 406, 407, 408, 411, 413, 415, 417, 421, 422, 425, 426, 428, 429, 431].map(
    (status): [StorageObjection, Given, Given] => [
      "status-not-storable",
      { status, config: { statusTtl: { "4xx": "1h" } } },
      { status, config: { statusTtl: { [status]: "1h" } } },
    ],
  ),
  ["status-not-storable", { status: 431 }, { status: 400 }],
  ["status-not-storable", { status: 413 }, { status: 414 }],
  [
    "status-not-storable",
    { status: 206, headers: cc("max-age=60", { "content-range": "bytes 0-1/2" }) },
    { status: 203, headers: cc("max-age=60", { "content-range": "bytes 0-1/2" }) },
  ],
  [
    "status-not-storable",
    { status: 206, request: { range: "bytes=0-1" } },
    { status: 200, request: { range: "bytes=0-1" } },
  ],
  [
    "status-not-storable",
    {
      method: "QUERY",
      status: 206,
      request: { range: "bytes=0-1" },
      headers: cc("max-age=60", { "content-range": "bytes 0-1/2" }),
    },
    { method: "QUERY", status: 200, request: { range: "bytes=0-1" } },
  ],
  [
    "status-not-storable",
    { status: 206 },
    {
      status: 206,
      request: { range: "bytes=0-1" },
      headers: cc("max-age=60", { "content-range": "bytes 0-1/2" }),
    },
  ],
  ["status-not-understood", { status: 299, headers: cc("must-understand, max-age=60") }, { status: 299 }],
  ["no-store", { headers: cc("no-store, max-age=60") }, { headers: cc("max-age=60") }],
  [
    "no-store",
    { headers: cc("no-store, max-age=60") },
    { headers: cc("no-store, must-understand, max-age=60") },
  ],
  ["no-store", { headers: cc("no-store"), config: { ttl: "1h" } }, { headers: {}, config: { ttl: "1h" } }],
  ["request-no-store", { request: cc("no-store") }, { request: cc("no-cache") }],
  ["private", { headers: cc("private, max-age=60") }, { headers: cc('private="x-mine", max-age=60') }],
  [
    "private",
    { headers: cc("private"), config: { ttl: "1h" } },
    { headers: cc("public"), config: { ttl: "1h" } },
  ],
  ["authorization", { request: { authorization: "x" } }, { request: {} }],
  ...["public, max-age=60", "must-revalidate, max-age=60", "s-maxage=60"].map(
    (leave): [StorageObjection, Given, Given] => [
      "authorization",
      { request: { authorization: "x" }, headers: cc("max-age=60") },
      { request: { authorization: "x" }, headers: cc(leave) },
    ],
  ),
  [
    "authorization",
    { request: { authorization: "x" }, headers: {}, config: { ttl: "1h" } },
    { request: { authorization: "x" }, headers: cc("public"), config: { ttl: "1h" } },
  ],
  [
    "vary-star",
    { headers: cc("max-age=60", { vary: "Foo, *" }) },
    { headers: cc("max-age=60", { vary: "Foo" }) },
  ],
  [
    "set-cookie",
    { headers: cc("max-age=60", { "set-cookie": "a=1" }) },
    { headers: cc("max-age=60", { "set-cookie": "a=1" }), config: { setCookie: "strip" } },
  ],
  [
    "set-cookie",
    { headers: cc("public, max-age=60", { "set-cookie": "a=1" }) },
    { headers: cc("public, max-age=60", { "set-cookie": "a=1" }), config: { setCookie: "store" } },
  ],
  [
    "set-cookie",
    { headers: cc('max-age=60, private="x"', { "set-cookie": "a=1" }) },
    { headers: cc('max-age=60, private="x, Set-Cookie"', { "set-cookie": "a=1" }) },
  ],
  [
    "path-type-mismatch",
    { path: "/account/x.css", headers: html, config: { ttl: "1h" } },
    { path: "/account/x.css", headers: { "content-type": "text/css" }, config: { ttl: "1h" } },
  ],
  [
    "path-type-mismatch",
    { path: "/account/X.JPEG", headers: html, config: { defaultTtl: "1h" } },
    { path: "/account/x.html", headers: html, config: { defaultTtl: "1h" } },
  ],
  [
    "path-type-mismatch",
    { path: "/account/x.js", headers: html, config: { statusTtl: { 200: "1h" } } },
    { path: "/account/x.js", status: 404, headers: html, config: { statusTtl: { 404: "10s" } } },
  ],
  ...[html, { "content-type": "Text/HTML ;charset=utf-8" }, { "content-type": "application/xhtml+xml" }].map(
    (headers): [StorageObjection, Given, Given] => [
      "path-type-mismatch",
      { path: "/account/x.woff2", headers, config: { ttl: "1h" } },
      { path: "/account/x.css/page", headers, config: { ttl: "1h" } }, // the path itself is no file
    ],
  ),
  ...[
    "application/json",
    "application/vnd.api+json; v=1",
    "text/json",
    "text/xml",
    "Application/XML",
    "application/atom+xml",
  ].map((type): [StorageObjection, Given, Given] => [
    "path-type-mismatch",
    { path: "/api/me/x.png", headers: { "content-type": type }, config: { ttl: "1h" } },
    { path: "/api/me/x.json", headers: { "content-type": type }, config: { ttl: "1h" } },
  ]),
  [
    "path-type-mismatch",
    { path: "/app.map", headers: { "content-type": "application/xml" }, config: { ttl: "1h" } },
    { path: "/app.map", headers: { "content-type": "application/json" }, config: { ttl: "1h" } },
  ],
  [
    "path-type-mismatch",
    { path: "/icon.svg", headers: { "content-type": "application/json" }, config: { ttl: "1h" } },
    { path: "/icon.svg", headers: { "content-type": "text/xml" }, config: { ttl: "1h" } },
  ],
  [
    "path-type-mismatch",
    { path: "/icon.png", headers: { "content-type": "application/json" }, config: { ttl: "1h" } },
    { path: "/icon.png", headers: { "content-type": "image/svg+xml" }, config: { ttl: "1h" } },
  ],
  [
    "path-type-mismatch",
    { path: "/account/x.css", status: 203, headers: html, config: { ttl: "1h" } },
    { path: "/account/x.css", status: 300, headers: html, config: { ttl: "1h" } },
  ],
  [
    "path-type-mismatch",
    { path: "/account/x.css", headers: html, config: { ttl: "1h" } },
    { path: "/account/xcss", headers: html, config: { ttl: "1h" } },
  ],
  [
    "path-type-mismatch",
    { path: "/account/x.css", headers: html, config: { ttl: "1h" } },
    { path: "/account/x.css", headers: {}, config: { ttl: "1h" } },
  ],
  [
    "path-type-mismatch",
    { path: "/x.css", headers: html, config: { ttl: "1h" } },
    { path: "/x.css", headers: { ...html, ...cc("max-age=60") } }, // the origin's own word
  ],
  [
    "too-large",
    { headers: cc("max-age=60", { "content-length": "1025" }), config: { maxObject: "1KiB" } },
    { headers: cc("max-age=60", { "content-length": "1024" }), config: { maxObject: "1KiB" } },
  ],
  [
    "status-ttl-zero",
    { status: 503, headers: cc("max-age=60"), config: { statusTtl: { "5xx": "0s" } } },
    { status: 503, headers: cc("max-age=60"), config: { statusTtl: { "5xx": "1s" } } },
  ],
  ["not-fresh-no-validator", { headers: {} }, { headers: { etag: '"a"' } }],
  ["not-fresh-no-validator", { headers: {} }, { headers: { "last-modified": "then" } }],
  ["not-fresh-no-validator", { headers: {} }, { headers: {}, config: { ttl: "1ms" } }],
  [
    "not-fresh-no-validator",
    { headers: cc("max-age=0") },
    { headers: cc("max-age=0, stale-while-revalidate=5, stale-if-error=5") },
  ],
  ["not-fresh-no-validator", { status: 404, headers: { etag: '"a"' } }, { headers: { etag: '"a"' } }],
  [
    "not-fresh-no-validator",
    { status: 500, headers: { etag: '"a"' }, config: { ttl: "1h", staleWhileRevalidate: "1d" } },
    { headers: { etag: '"a"' }, config: { ttl: "1h", staleWhileRevalidate: "1d" } },
  ],
  [
    "not-fresh-no-validator",
    { headers: {}, config: { staleWhileRevalidate: "1d", staleIfError: "1d" } },
    { headers: cc("max-age=1"), config: { staleWhileRevalidate: "1d" } },
  ],
  [
    "status-needs-lifetime",
    { status: 500, headers: cc("stale-while-revalidate=60") },
    { status: 500, headers: cc("max-age=1, stale-while-revalidate=60") },
  ],
  [
    "vary-malformed",
    { headers: cc("max-age=60", { vary: "Accept-Encoding User-Agent" }) },
    { headers: cc("max-age=60", { vary: "Accept-Encoding, User-Agent" }) },
  ],
  [
    "vary-malformed",
    { headers: cc("max-age=60", { vary: '"accept"' }) },
    { headers: cc("max-age=60", { vary: "accept," }) },
  ],
  [
    "vary-malformed",
    { headers: cc("max-age=60", { vary: "(none)" }) },
    { headers: cc("max-age=60", { vary: "none" }) },
  ],
  ["private", { headers: cc('max-age=60, private=""') }, { headers: cc('max-age=60, private="x"') }],
  [
    "authorization",
    { request: { authorization: "x" }, headers: cc("max-age=60, public=bad") },
    { request: { authorization: "x" }, headers: cc("max-age=60, public") },
  ],
  [
    "authorization",
    { request: { authorization: "x" }, headers: cc("s-maxage=60s") },
    { request: { authorization: "x" }, headers: cc("s-maxage=60") },
  ],
  [
    "no-store",
    { headers: cc("max-age=60, no-store, must-understand=1") },
    { headers: cc("max-age=60, no-store, must-understand") },
  ],
  ...[500, 201, 303].map((status): [StorageObjection, Given, Given] => [
    "method-not-cacheable",
    { method: "POST", contentLocationIsTarget: true, status },
    { method: "POST", contentLocationIsTarget: true, status: 200 },
  ]),
  [
    "method-not-cacheable",
    { method: "POST", contentLocationIsTarget: true, headers: cc("max-age=x", { etag: '"a"' }) },
    { method: "POST", contentLocationIsTarget: true, headers: cc("max-age=1", { etag: '"a"' }) },
  ],
  [
    "status-needs-lifetime",
    { status: 500, headers: cc("max-age=0, stale-while-revalidate=60") },
    { status: 404, headers: cc("max-age=0, stale-while-revalidate=60") },
  ],
  [
    "not-fresh-no-validator",
    { headers: cc("max-age=x, stale-while-revalidate=60") },
    { headers: cc("max-age=0, stale-while-revalidate=60") },
  ],
  [
    "private",
    { headers: cc('x="a, private="b", max-age=60') },
    { headers: cc('x="a, private", max-age=60') },
  ],
  [
    "authorization",
    { request: { authorization: "x" }, headers: cc("max-age=60, no-transform; must-revalidate") },
    { request: { authorization: "x" }, headers: cc("max-age=60, must-revalidate") },
  ],
  [
    "private",
    { headers: { "cdn-cache-control": "private=(a b), max-age=60" } },
    { headers: { "cdn-cache-control": 'private="a", max-age=60' } },
  ],
  [
    "no-store",
    { headers: cc("max-age=60", { "cdn-cache-control": "No-Store" }) },
    { headers: cc("max-age=60", { "cdn-cache-control": "No-Transform" }) },
  ],
  ["not-fresh-no-validator", { headers: cc("max-age=0") }, { headers: cc("max-age=1") }],
  [
    "not-fresh-no-validator",
    { headers: cc("no-cache, max-age=60") },
    { headers: cc("no-cache", { etag: '"a"' }) },
  ],
  [
    "not-fresh-no-validator",
    { headers: cc("max-age=0") },
    { headers: cc("max-age=0, stale-while-revalidate=5") },
  ],
];

const UNREAD: typeof cases = [
  [
    "selector-spelt-twice",
    { request: { "x-user": "1", x_user: "1" }, headers: cc("max-age=60", { vary: "x-user" }) },
    { request: { "x-user": "1" }, headers: cc("max-age=60", { vary: "x-user" }) },
  ],
  [
    "selector-spelt-twice",
    { request: { "x.user": "1" }, headers: cc("max-age=60", { vary: "Accept, X-User" }) },
    { request: { "x.user": "1" }, headers: cc("max-age=60", { vary: "Accept" }) },
  ],
  [
    "selector-spelt-twice",
    { request: { x_user: "1" }, headers: cc("max-age=60", { vary: "Accept, X-User" }) },
    { request: { x_user: "1" }, headers: cc("max-age=60", { vary: "Accept, X_User" }) },
  ],
  [
    "selector-spelt-twice",
    { request: { x_user: "1" }, headers: cc("max-age=60", { vary: "x-user" }) },
    {
      request: { x_user: "1" },
      headers: cc("max-age=60", { vary: "x-user" }),
      config: { vary: { "x-user": "ignore" } },
    },
  ],
  [
    "field-unreadable",
    { headers: cc("max-age=60", { "x-a": UNREADABLE }) },
    { headers: cc("max-age=60", { "x-a": "Jörg" }) },
  ],
  [
    "field-unreadable",
    { headers: cc("max-age=60", { "set-cookie": UNREADABLE }), config: { setCookie: "store" } },
    { headers: cc("max-age=60", { "set-cookie": UNREADABLE }), config: { setCookie: "strip" } },
  ],
];

describe("objectionToStoring", () => {
  for (const [expected, refused, allowed] of [...cases, ...UNREAD]) {
    it(`${expected}: ${JSON.stringify(refused)}`, () => expect(objection(refused)).toBe(expected));
    it(`  and not: ${JSON.stringify(allowed)}`, () => expect(objection(allowed)).toBeUndefined());
  }

  it("tells the first of several", () => {
    expect(objection({ headers: cc("no-store, private", { vary: "*" }) })).toBe("no-store");
  });
});
