import { describe, expect, it } from "vitest";
import { STAND_INS } from "../../../shared/secrets/site-secrets.ts";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { objectionToAdmitting, objectionToForwarding } from "../../../worker/admission/objections.ts";
import { isLoop, loopTokenOf } from "../../../worker/rewriting/forwarded.ts";
import { removeHopByHop } from "../../../worker/rewriting/hop-by-hop.ts";
import { asksDifferently, compileRewrite } from "../../../worker/rewriting/rewrite.ts";
import { toOrigin } from "../../../worker/rewriting/to-origin.ts";
import { asSiteSees } from "../../../worker/routing/identify.ts";
import { matchRoute } from "../../../worker/routing/match-route.ts";
import { type AskedOptions, anAsked, aSite } from "../../support/asked.ts";

type RouteFile = Omit<SiteFile["routes"][number], "id">;

const ask = (
  url: string,
  options: AskedOptions = {},
  route: RouteFile = {},
  more: Partial<SiteFile> = {},
) => {
  const site = aSite({
    pools: { web: { origins: [{ id: "a", url: "http://origin.test" }] } },
    routes: [{ id: "r", to: "web", ...route }],
    ...more,
  });
  const asked = asSiteSees(anAsked(url, options), site);
  const matched = matchRoute(site, asked);
  if (!matched.ok || matched.value.route.action.kind !== "proxy") throw new Error("no route takes it");
  const { action } = matched.value.route;
  return toOrigin(asked, {
    loopToken: site.loopToken,
    requestId: "id",
    action,
    captures: matched.value.captures,
    secrets: STAND_INS,
    otherUrls: [],
  });
};
const sent = (headers: Record<string, string>, method = "GET") =>
  Object.fromEntries(ask("http://a.test/", { headers, method }).headers);

/** What the edge sets on every request. */
const OWN = {
  "x-forwarded-for": "192.0.2.1",
  "x-forwarded-host": "a.test",
  "x-forwarded-proto": "http",
  forwarded: "for=192.0.2.1;host=a.test;proto=http",
  via: "1.1 headgate",
  "cdn-loop": 'headgate;site="a.test"',
  "x-request-id": "id",
};

describe("what the origin is told of the client", () => {
  it("is written by the edge, whatever the client claims", () => {
    expect(
      sent({
        "x-forwarded-for": "6.6.6.6",
        "X-Forwarded-Host": "evil.test",
        "x-forwarded-proto": "https",
        "x-forwarded-port": "1",
        "x-forwarded-user": "root",
        forwarded: "for=6.6.6.6",
        x_forwarded_for: "6.6.6.6",
        "x.forwarded.for": "6.6.6.6",
        "x_forwarded-user": "root",
        "x-real-ip": "6.6.6.6",
        x_real_ip: "6.6.6.6",
        "cf-connecting-ip": "6.6.6.6",
        "true-client-ip": "6.6.6.6",
        "x-original-url": "/admin",
        "x-rewrite-url": "/admin",
        "x-http-method-override": "DELETE",
        "x-middleware-subrequest": "middleware",
        "x-request-id": "mine",
        x_request_id: "mine",
      }),
    ).toEqual(OWN);
  });

  it("leaves end-to-end fields alone", () => {
    const fields = {
      accept: "text/html",
      "accept-encoding": "br;q=0.5, zstd",
      authorization: "Bearer x",
      cookie: "a=1; b=2",
      "cf-access-jwt-assertion": "x",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      tracestate: "a=1",
      priority: "u=1",
      x_own: "1",
    };
    expect(sent(fields)).toEqual({ ...fields, ...OWN });
  });

  const STEERING = {
    "x-now-route-matches": "1",
    "x-middleware-prefetch": "1",
    "x-react-router-spa-mode": "yes",
    "x-astro-locals": "{}",
    "x-nuxt-no-ssr": "1",
    "surrogate-capability": 'a="ESI/1.0"',
  };
  const NEVER = {
    proxy: "http://evil.test",
    proxy_host: "evil.test",
    "x-middleware-subrequest": "1",
    x_sendfile_type: "x",
  };

  it("has no word on how a framework is to answer, where the answer may be shared", () => {
    expect(sent({ ...STEERING, ...NEVER })).toEqual(OWN);
  });

  it("has one where nothing is kept, but never on what is dropped always", () => {
    const { headers } = ask("http://a.test/", { headers: { ...STEERING, ...NEVER } }, { cache: "off" });
    expect(Object.fromEntries(headers)).toEqual({ ...STEERING, ...OWN });
  });

  it("takes what the site itself sets", () => {
    const set = { proxy: "http://inner.test", "x-matched-path": "/a" };
    const { headers } = ask("http://a.test/", { headers: NEVER }, { headers: { request: { set } } });
    expect(Object.fromEntries(headers)).toEqual({ ...set, ...OWN });
  });

  it("keeps a method override where it overrides no safe method", () => {
    expect(sent({ "x-http-method-override": "PATCH" }, "POST")).toHaveProperty("x-http-method-override");
  });

  it("appends to Via and CDN-Loop, which are never taken away", () => {
    expect(sent({ via: "1.0 other", "cdn-loop": "other", connection: "via, cdn-loop" })).toMatchObject({
      via: "1.0 other, 1.1 headgate",
      "cdn-loop": 'other, headgate;site="a.test"',
    });
  });

  it("writes IPv6 and a port as RFC 7239 asks", () => {
    const { headers } = ask("http://a.test:8080/", { ip: "2001:db8::9" });
    expect(headers.get("forwarded")).toBe('for="[2001:db8::9]";host="a.test:8080";proto=http');
    expect(headers.get("x-forwarded-for")).toBe("2001:db8::9");
  });

  it("names the hops behind a trusted proxy, and nothing further away", () => {
    const { headers } = ask(
      "http://edge.test/",
      {
        ip: "10.0.0.1",
        headers: {
          "x-forwarded-for": "6.6.6.6, 203.0.113.9, 10.0.0.2",
          "x-forwarded-host": "a.test",
          "x-forwarded-proto": "https",
          "x-forwarded-user": "ann",
          "x-real-ip": "6.6.6.6",
          x_forwarded_user: "root",
        },
      },
      {},
      { hosts: ["a.test"], trustedProxies: ["10.0.0.0/8"] },
    );
    expect(Object.fromEntries(headers)).toEqual({
      ...OWN,
      "x-forwarded-for": "203.0.113.9, 10.0.0.2, 10.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-user": "ann",
      forwarded: "for=203.0.113.9;host=a.test;proto=https, for=10.0.0.2, for=10.0.0.1",
    });
  });
});

describe("what concerns one connection", () => {
  it("stays behind, with what Connection names", () => {
    expect(
      sent({
        connection: "keep-alive, X-Hop ,te",
        "keep-alive": "timeout=5",
        "proxy-authorization": "x",
        "proxy-connection": "keep-alive",
        te: "trailers",
        trailer: "x",
        "transfer-encoding": "chunked",
        upgrade: "h2c",
        "http2-settings": "AAMAAABk",
        expect: "100-continue",
        "x-hop": "1",
      }),
    ).toEqual(OWN);
  });

  it("is not what Connection would have us strip", () => {
    const fields = { authorization: "x", cookie: "a=1", "content-type": "text/plain", host: "a.test" };
    expect(
      sent({ ...fields, connection: "close, Authorization, Cookie, Content-Type, Host, X-Forwarded-For" }),
    ).toEqual({ authorization: "x", cookie: "a=1", "content-type": "text/plain", ...OWN });
  });

  it("is taken from an answer too, and an origin cannot name what keeps it private", () => {
    const headers = new Headers({
      connection: "X-Hop, Set-Cookie, Cache-Control, CDN-Cache-Control",
      "x-hop": "1",
      "keep-alive": "x",
      "cache-control": "private",
      "cdn-cache-control": "no-store",
      "set-cookie": "a=1",
    });
    removeHopByHop(headers);
    expect([...headers.keys()]).toEqual(["cache-control", "cdn-cache-control", "set-cookie"]);
  });

  it("survives a Connection field that is no list of names", () => {
    const headers = new Headers({ connection: "a b, @, , x(y)", "x-a": "1" });
    removeHopByHop(headers);
    expect([...headers.keys()]).toEqual(["x-a"]);
  });

  it("is a WebSocket upgrade the edge asks for itself", () => {
    expect(sent({ connection: "upgrade", upgrade: "websocket" })).toHaveProperty("upgrade", "websocket");
    expect(sent({ connection: "upgrade", upgrade: "WebSocket, h2c" })).toHaveProperty("upgrade", "websocket");
    expect(sent({ connection: "upgrade", upgrade: "h2c, websocket" })).toHaveProperty("upgrade", "websocket");
    expect(sent({ connection: "upgrade", upgrade: "websocket" }, "POST")).not.toHaveProperty("upgrade");
  });

  it("is counted in Max-Forwards for OPTIONS alone (RFC 9110 §7.6.2)", () => {
    expect(sent({ "max-forwards": "7" }, "OPTIONS")).toHaveProperty("max-forwards", "6");
    expect(sent({ "max-forwards": "7" })).toHaveProperty("max-forwards", "7");
    expect(sent({ "max-forwards": "123456" }, "OPTIONS")).toHaveProperty("max-forwards", "123455");
    for (const odd of ["x7", "7x", "1234567", ""])
      expect(sent({ "max-forwards": odd }, "OPTIONS")).toHaveProperty("max-forwards", odd);
    expect(sent({}, "OPTIONS")).not.toHaveProperty("max-forwards");
  });

  it("is a Content-Length that the edge has not understood: one number goes on, or none (RFC 9110 §8.6)", () => {
    const length = (fields: Record<string, string>) =>
      ask("http://a.test/", { headers: fields, method: "POST" }).headers.get("content-length");
    expect(length({ "content-length": "5, 5" })).toBe("5");
    expect(length({ "content-length": "5, 5", "x-a": "1" })).toBe("5");
    expect(length({ "content-length": "5", "transfer-encoding": "chunked" })).toBeNull();
    expect(length({})).toBeNull();
  });

  it("is the line of the Cookie field: an origin gets one (RFC 6265 §5.4)", () => {
    expect(sent({ cookie: "a=1, b=2" })).toHaveProperty("cookie", "a=1; b=2");
    const add = { headers: { request: { set: { cookie: "c=3, d=4" } } } };
    expect(ask("http://a.test/", {}, add).headers.get("cookie")).toBe("c=3; d=4");
  });

  it("is the Content-Length of a request that has no content to send", () => {
    for (const method of ["GET", "HEAD"])
      expect(sent({ "content-length": "0" }, method)).not.toHaveProperty("content-length");
    for (const method of ["POST", "QUERY"])
      expect(sent({ "content-length": "0" }, method)).toHaveProperty("content-length", "0");
  });
});

describe("the path and query for the origin", () => {
  it.each([
    ["/a/b?x=1", {}, "/a/b?x=1"],
    ["/%61/../b", {}, "/b"],
    ["/a?", {}, "/a?"], // RFC 3986 §6.2.3: another URL than /a
    ["/a?", { rewrite: { addPrefix: "/x" } }, "/x/a?"],
    ["/a?", { rewrite: { query: { remove: ["b"] } } }, "/a"],
    ["/a", { rewrite: { query: { remove: ["b"] } } }, "/a"],
    ["/api/users/7?x", { match: { path: "/api/*" }, rewrite: { path: "/v2/*" } }, "/v2/users/7?x"],
    ["/api", { match: { path: "/api/*" }, rewrite: { path: "/v2/*" } }, "/v2/"],
    ["/u/7", { match: { path: "/u/:id" }, rewrite: { path: "/café/:id" } }, "/caf%C3%A9/7"],
    ["/api/users", { rewrite: { stripPrefix: "/api" } }, "/users"],
    ["/api", { rewrite: { stripPrefix: "/api/" } }, "/"],
    ["/apix", { rewrite: { stripPrefix: "/api" } }, "/apix"],
    ["/api/", { rewrite: { stripPrefix: "/api" } }, "/"],
    ["/x", { rewrite: { stripPrefix: "/" } }, "/x"],
    ["/a/c", { rewrite: { stripPrefix: "/a/b" } }, "/a/c"],
    ["/a", { rewrite: { stripPrefix: "/a/b" } }, "/a"],
    ["/a/", { rewrite: { stripPrefix: "/a//" } }, "/"],
    ["/a", { rewrite: { stripPrefix: "/a//" } }, "/a"],
    ["/a/b/c/", { rewrite: { stripPrefix: "/a/b" } }, "/c/"],
    // No client may ask for it, but the site may.
    ["/x", { rewrite: { addPrefix: "/a/..%2fb" } }, "/a/..%2fb/x"],
    ["/api;v=1/x", { rewrite: { stripPrefix: "/api;v=1" } }, "/x"],
    ["/api;v=2/x", { rewrite: { stripPrefix: "/api;v=1" } }, "/api;v=2/x"],
    ["/api;/x", { rewrite: { stripPrefix: "/api" } }, "/x"],
    ["/x", { rewrite: { addPrefix: "/caf%c3%a9" } }, "/caf%C3%A9/x"],
    ["/x", { rewrite: { path: "/café/café" } }, "/caf%C3%A9/caf%C3%A9"],
    ["/x", { match: { path: "/x/:constructor?" }, rewrite: { path: "/y/:constructor" } }, "/y/"],
    ["/%40api/a%2Cb", { rewrite: { stripPrefix: "/@api" } }, "/a%2Cb"],
    ["/api;v=1/users;x", { match: { path: "/api/*" }, rewrite: { stripPrefix: "/api" } }, "/users;x"],
    ["/@api/@b", { rewrite: { stripPrefix: "/%40api" } }, "/@b"],
    ["/%40u/x%2C", { match: { path: "/:who{@.}/*" }, rewrite: { path: "/by/:who/*" } }, "/by/%40u/x%2C"],
    ["/users", { rewrite: { addPrefix: "/v1/" } }, "/v1/users"],
    ["/api/users", { rewrite: { stripPrefix: "/api", addPrefix: "/v1" } }, "/v1/users"],
    ["/x/y", { match: { path: "/x/:n" }, rewrite: { path: "/files/.:n" } }, "/files/.y"],
    [
      "/x/y",
      { match: { path: "/x/:n" }, rewrite: { path: "/:n:n/日本 x/:n" } },
      "/yy/%E6%97%A5%E6%9C%AC%20x/y",
    ],
    ["/x", { match: { path: "/x/:n?" }, rewrite: { path: "/y/:n/z" } }, "/y//z"],
    ["/a&b", { match: { path: "/:n" }, rewrite: { path: "/:n/:n" } }, "/a&b/a&b"],
    ["/x/y", { match: { path: "/x/*" }, rewrite: { path: "/%41/%c3%a9/%2f/*" } }, "/A/%C3%A9/%2F/y"],
    // A dot segment that a capture makes, or leaves, is resolved here, and not by `fetch` behind the edge's back.
    ["/x", { match: { path: "/x/:n?" }, rewrite: { path: "/files/.:n" } }, "/files/"],
    ["/x", { match: { path: "/x/:n?" }, rewrite: { path: "/files/..:n" } }, "/"],
    ["/x", { match: { path: "/x/:n?" }, rewrite: { path: "/up/..:n/b" } }, "/b"],
    ["/?a=1&b=2&c=3", { rewrite: { query: { only: ["a", "b"] } } }, "/?a=1&b=2"],
    ["/?a=1", { rewrite: { query: { set: { c: "${client.country}" } } } }, "/?a=1"],
    ["/?&a=1&&", { rewrite: { query: { remove: ["nothing"] } } }, "/?a=1"],
    ["/?&a=1&;&", { rewrite: { query: { remove: ["nothing"] } } }, "/?a=1"],
    ["/?debug=1;debug=2&a", { rewrite: { query: { remove: ["debug"] } } }, "/?a"],
    ["/?%75t%6d_x%=1&b%67%=2&a", { rewrite: { query: { remove: ["utm_*", "bg%"] } } }, "/?a"],
    ["/?%ff=1&undefined=2", { rewrite: { query: { remove: ["undefined"] } } }, "/?%ff=1"],
    ["/?x+y=1&+=2&a", { rewrite: { query: { remove: ["x y", " "] } } }, "/?a"],
    ["/?a=1&b=2&a=3", { rewrite: { query: { only: ["a"] } } }, "/?a=1&a=3"],
    ["/?a=1&utm_x=2&utm_y", { rewrite: { query: { remove: ["utm_*"] } } }, "/?a=1"],
    ["/?a=1&%61=2", { rewrite: { query: { remove: ["a"] } } }, "/"],
    ["/?a=1&b=2", { rewrite: { query: { set: { a: "x y&z" } } } }, "/?b=2&a=x%20y%26z"],
    ["/?a=1;debug=1&b=2", { rewrite: { query: { remove: ["debug"] } } }, "/?a=1&b=2"],
    ["/?a=1;%64ebug=1;c&b", { rewrite: { query: { remove: ["debug"] } } }, "/?a=1;c&b"],
    ["/?debug;a=1", { rewrite: { query: { remove: ["debug"] } } }, "/?a=1"],
    ["/?debug=1;debug=2", { rewrite: { query: { remove: ["debug"] } } }, "/"],
    ["/?a=1;debug=1", { rewrite: { query: { only: ["a"] } } }, "/?a=1"],
    ["/?debug[]=1&%20debug=2&a&debug%00=3", { rewrite: { query: { remove: ["debug"] } } }, "/?a"],
    ["/?a[]=1&b&+a=2", { rewrite: { query: { set: { a: "3" } } } }, "/?b&a=3"],
    ["/?f[a]=1&f[b]=2", { rewrite: { query: { set: { "f[a]": "3" } } } }, "/?f[b]=2&f%5Ba%5D=3"],
    ["/?a[]=1&a=2", { rewrite: { query: { only: ["a"] } } }, "/?a=2"],
    ["/?b=1;a=1", { rewrite: { query: { set: { a: "2" } } } }, "/?b=1&a=2"],
    ["/?a=1%3Bdebug=1", { rewrite: { query: { remove: ["debug"] } } }, "/?a=1%3Bdebug=1"],
    ["/?a=1;b=2&c", { rewrite: { query: { remove: ["nothing"] } } }, "/?a=1;b=2&c"],
    ["/?utm_%zz=1&utm_%ff=1&%75tm_x%=1&a", { rewrite: { query: { remove: ["utm_*"] } } }, "/?a"],
    ["/?q=100%25&x=%zz", { rewrite: { query: { remove: ["nothing"] } } }, "/?q=100%25&x=%zz"],
  ] as [string, RouteFile, string][])("%s with %j is %s", (url, route, target) => {
    expect(ask(`http://a.test${url}`, {}, route).target).toBe(target);
  });
});

describe("a query that is made of more than the URL", () => {
  const differs = (a: string, hostCounts = true) =>
    asksDifferently(compileRewrite({ query: { remove: [], set: { a } } }, new Set()), hostCounts);

  it.each(["${client.ip}", "x${client.country}", "${request.id}"])(
    "differs from client to client: %s",
    (value) => {
      expect(differs(value)).toBe(true);
    },
  );

  it("does not differ where the URL tells all of it", () => {
    expect(differs("${host}${path}${query}${scheme}")).toBe(false);
    expect(differs("x")).toBe(false);
    expect(asksDifferently(compileRewrite({ addPrefix: "/x" }, new Set()), true)).toBe(false);
  });

  it("differs from host to host where the key has no host", () => {
    expect(differs("${host}", false)).toBe(true);
    expect(differs("${path}", false)).toBe(false);
  });
});

describe("the mark in CDN-Loop (RFC 8586)", () => {
  it.each([
    ["names the site", "a.test", "3F9C", 'headgate;site="a.test"'],
    [
      "names the version where many deployments have a site of this name",
      "*",
      "3F9C",
      'headgate;site="*";version="3f9c"',
    ],
    ["or of a name like this", "*.a.test", "b", 'headgate;site="*.a.test";version="b"'],
  ])("%s", (_what, site, version, token) => {
    expect(loopTokenOf(site, version)).toBe(token);
  });

  it.each([
    ['headgate;site="*";version="3f9c"', true],
    ['x, HEADGATE ;\tSite="*" ; version="3F9C", y', true],
    ['headgate;site="*";version="3f9d"', false],
    ['headgate;site="*"', false],
    ["", false],
  ])("in %j is its own: %s", (field, isOwn) => {
    const asked = anAsked("http://a.test/", { headers: { "cdn-loop": field } });
    expect(isLoop(asked, loopTokenOf("*", "3F9C"))).toBe(isOwn);
  });
});

describe("admission", () => {
  const site = aSite({ routes: [{ id: "r", respond: {} }] });
  const objection = (headers: Record<string, string>, method = "GET") =>
    objectionToAdmitting(site, anAsked("http://a.test/", { headers, method }))?.reason;

  it.each([
    ["its own token", { "cdn-loop": 'headgate;site="a.test"' }, "loop"],
    ["its own token among others, with blanks", { "cdn-loop": 'x, Headgate ; site="a.test", y' }, "loop"],
    ["another site's token", { "cdn-loop": 'headgate;site="b.test"' }, undefined],
    ["another CDN's token", { "cdn-loop": "cloudflare" }, undefined],
  ])("meets %s in CDN-Loop", (_name, headers, reason) => {
    expect(objection(headers)).toBe(reason);
  });

  it("lets no control character go on to an origin, and every other character", () => {
    const further = (value: string) =>
      objectionToForwarding(ask("http://a.test/", { headers: { "x-a": `a${value}b` } }))?.reason;
    for (let code = 1; code <= 0xff; code++) {
      const character = String.fromCharCode(code);
      if ("\r\n".includes(character)) continue; // no field holds them
      const isControl = (code < 0x20 && character !== "\t") || code === 0x7f;
      expect(further(character), `${code}`).toBe(isControl ? "bad-field" : undefined);
    }
  });

  it("lets 32 KB of header fields go on to an origin, and no more", () => {
    const further = (size: number) =>
      objectionToForwarding(ask("http://a.test/", { headers: { "x-a": "a".repeat(size) } }))?.reason;
    const around = "x-a".length + ": ".length + "\r\n".length;
    expect(further(32_768 - around)).toBeUndefined();
    expect(further(32_769 - around)).toBe("headers-too-large");
  });

  it.each([
    ["GET", { "content-length": "0" }, undefined],
    ["GET", { "content-length": "1" }, "body-refused"],
    ["GET", { "content-length": "2" }, "body-refused"],
    ["HEAD", { "content-length": "2" }, "body-refused"],
    ["GET", { "transfer-encoding": "chunked" }, "body-refused"],
    ["HEAD", { "transfer-encoding": "chunked", "content-length": "0" }, "body-refused"],
    ["GET", { "content-length": "x" }, "bad-framing"],
    ["HEAD", {}, undefined],
    ["POST", { "content-length": "2" }, undefined],
    ["QUERY", { "transfer-encoding": "chunked" }, undefined],
    // A coding that is not removed here would reach the origin as plain content (RFC 9112 §6.1).
    ["POST", { "transfer-encoding": "gzip" }, "transfer-coding-refused"],
    ["POST", { "transfer-encoding": "gzip, chunked" }, "transfer-coding-refused"],
    ["GET", { "transfer-encoding": "identity" }, "transfer-coding-refused"],
  ])("a %s with %j: %s", (method, headers, reason) => {
    expect(objection(headers as Record<string, string>, method)).toBe(reason);
  });
});
