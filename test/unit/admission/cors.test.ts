// Which pages may use a route, and what their browsers are told.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../../shared/site/schema.ts";
import { decide } from "../../../worker/decision.ts";
import { deliver } from "../../../worker/delivery/deliver.ts";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { anAsked, aSite } from "../../support/asked.ts";

const VISIT = { requestId: "id", startedAt: 0 };

interface Question {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
}

/** What the edge answers itself. The routes answer themselves, so that each request has an answer. */
function answerTo(file: Partial<SiteFile>, { method = "GET", url = "http://a.test/", headers }: Question) {
  const site = aSite({ routes: [{ id: "all", respond: { status: 200 } }], ...file });
  const asked = anAsked(url, { method, ...(headers && { headers }) });
  const decision = decide(site, asked, VISIT, EMPTY_SNAPSHOT);
  if (decision.kind !== "answer") throw new Error("the edge should answer");
  const { headers: fields, status } = deliver(decision.outcome, VISIT, 0);
  const told = Object.fromEntries(
    [...fields].filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );
  return { status, reason: decision.outcome.refusal?.reason, told };
}

const cors = (policy: Exclude<SiteFile["cors"], string | undefined>): Partial<SiteFile> => ({ cors: policy });
const originOf = (policy: Partial<SiteFile>, origin: string) =>
  answerTo(policy, { headers: { origin } }).told["access-control-allow-origin"];

const preflight = (origin: string, method = "PUT", more: Record<string, string> = {}): Question => ({
  method: "OPTIONS",
  headers: { origin, "access-control-request-method": method, ...more },
});

describe("the origins of a policy", () => {
  const policy = cors({
    origins: [
      "https://app.example.com",
      "https://*.example.org",
      "HTTP://Localhost:80",
      "chrome-extension://abc",
    ],
  });

  it.each([
    "https://app.example.com",
    "https://a.example.org",
    "https://a.b.example.org",
    "http://localhost",
    "chrome-extension://abc",
  ])("allow %s, by its own name", (origin) => {
    expect(originOf(policy, origin)).toBe(origin);
  });

  // Spellings from reports on other servers, and from web-platform-tests, cors/origin.htm: an origin is compared byte by byte.
  it.each([
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com:443",
    "https://app.example.com/",
    "https://APP.example.com",
    "HTTPS://app.example.com",
    "https://app.example.com.evil.test",
    "https://evil-app.example.com",
    "https://app.example.com, https://evil.test",
    "https://evil.test https://app.example.com",
    "https://user@app.example.com",
    "https://example.org",
    "https://.example.org",
    "https://evilexample.org",
    "https://evil.test/.example.org",
    "https://evil.test#.example.org",
    "https://evil.test?.example.org",
    "https://evil.test:80.example.org",
    "https://evil.test\\.example.org",
    "https://evil.test`.example.org",
    "https://evil.test%00.example.org",
    "https://user:pw@a.example.org",
    "https://a..example.org",
    "https://a.example.org:8443",
    "https://*.example.org",
    "http://a.example.org",
    `https://${"a.".repeat(150)}example.org`,
    "null",
    "*",
    "",
  ])("do not allow %s", (origin) => {
    expect(originOf(policy, origin)).toBeUndefined();
    expect(answerTo(policy, preflight(origin))).toMatchObject({ status: 403, reason: "origin-refused" });
  });

  it("allow what a reader of URLs takes for one of them, and nothing else", () => {
    const part = fc.constantFrom(
      "https://",
      "http://",
      "app",
      "a",
      ".",
      "example",
      "com",
      "org",
      "evil",
      ":",
      "443",
      "/",
      "@",
      "#",
      "?",
      "*",
      "-",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        const origin = parts.join("");
        if (originOf(policy, origin) === undefined) return;
        const url = new URL(origin);
        expect(url.origin).toBe(origin); // as browsers write it
        expect(url.protocol).toBe("https:");
        expect(url.host === "app.example.com" || url.host.endsWith(".example.org")).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("have null in them only if it is named", () => {
    expect(originOf(cors({ origins: ["null"] }), "null")).toBe("null");
    expect(originOf(cors({ origins: ["https://*.example.com"] }), "null")).toBeUndefined();
  });

  it("may be all, which no answer depends on", () => {
    const told = { "access-control-allow-origin": "*" };
    expect(answerTo(cors({ origins: "*" }), { headers: { origin: "https://x.test" } }).told).toEqual(told);
    expect(answerTo(cors({ origins: "*" }), {}).told).toEqual(told);
  });
});

describe("the fields of an answer", () => {
  const policy = cors({
    origins: ["https://app.test"],
    credentials: true,
    expose: ["etag", "X-Total"],
    methods: ["PUT", "DELETE"],
    headers: ["X-Key", "content-type"],
    maxAge: "10m",
  });

  it("name the origin, and what its pages may read", () => {
    expect(answerTo(policy, { headers: { origin: "https://app.test" } }).told).toEqual({
      "access-control-allow-origin": "https://app.test",
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "etag, x-total",
      vary: "Origin",
    });
  });

  // Fetch, CORS protocol and HTTP caches: a cache would otherwise give the answer without fields to an origin that needs them.
  it("depend on Origin also where none is sent, or one that is not allowed", () => {
    expect(answerTo(policy, {}).told).toEqual({ vary: "Origin" });
    expect(answerTo(policy, { headers: { origin: "https://b.test" } }).told).toEqual({ vary: "Origin" });
  });

  it("are on refusals too, so that a page can tell what went wrong", () => {
    const refused = answerTo(
      { ...policy, methods: ["GET"] },
      { method: "PUT", headers: { origin: "https://app.test" } },
    );
    expect(refused).toMatchObject({
      reason: "method-not-allowed",
      told: { "access-control-allow-origin": "https://app.test" },
    });
  });

  it("keep what Vary has already, once", () => {
    for (const [vary, expected] of [
      ["Accept", "Accept, Origin"],
      ["accept,ORIGIN", "accept,ORIGIN"],
      ["*", "*"],
    ]) {
      const headers = { vary: String(vary) };
      const routes = [{ id: "all", respond: { status: 200, headers } }];
      expect(answerTo({ ...policy, routes }, {}).told.vary).toBe(expected);
    }
  });

  it("take the place of those that a route sends", () => {
    const headers = { "access-control-allow-origin": "*", "access-control-allow-credentials": "true" };
    const routes = [{ id: "all", respond: { status: 200, headers } }];
    expect(answerTo({ ...policy, routes }, { headers: { origin: "https://b.test" } }).told).toEqual({
      vary: "Origin",
    });
    expect(answerTo({ routes }, { headers: { origin: "https://b.test" } }).told).toEqual(headers);
  });
});

describe("a preflight", () => {
  const policy = cors({
    origins: ["https://app.test"],
    methods: ["PUT", "DELETE"],
    headers: ["X-Key"],
    maxAge: "10m",
  });

  it("is answered with what is allowed", () => {
    expect(answerTo(policy, preflight("https://app.test"))).toEqual({
      status: 204,
      reason: undefined,
      told: {
        "access-control-allow-origin": "https://app.test",
        "access-control-allow-methods": "PUT, DELETE",
        "access-control-allow-headers": "x-key",
        "access-control-max-age": "600",
        vary: "Origin",
      },
    });
  });

  // Fetch, CORS-preflight fetch: the browser compares. A refusal would tell the author of the page less.
  it("is answered in the same way for a method or a field that is not allowed", () => {
    const more = { "access-control-request-headers": "x-other" };
    const { status, told } = answerTo(policy, preflight("https://app.test", "PATCH", more));
    expect([status, told["access-control-allow-methods"]]).toEqual([204, "PUT, DELETE"]);
    expect(told["access-control-allow-headers"]).toBe("x-key");
  });

  it("allows all, where the policy does", () => {
    const all = cors({ origins: "*", methods: "*", headers: ["*", "authorization"] });
    expect(answerTo(all, preflight("https://app.test")).told).toEqual({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "*",
      "access-control-allow-headers": "*, authorization",
    });
  });

  it("is not what has no Origin, or asks for no method, or is no OPTIONS", () => {
    const { headers = {} } = preflight("https://app.test");
    const allowed = "access-control-allow-methods";
    for (const left of ["origin", "access-control-request-method"]) {
      const rest = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== left));
      const { status, told } = answerTo(policy, { method: "OPTIONS", headers: rest });
      expect([status, told[allowed]]).toEqual([200, undefined]);
    }
    expect(answerTo(policy, { method: "GET", headers }).told[allowed]).toBeUndefined();
  });

  // Browsers send no credentials with a preflight, so it could never pass these.
  it("goes before access rules", () => {
    const closed: Partial<SiteFile> = { ...policy, access: { allow: { ip: "198.51.100.1" } } };
    expect(answerTo(closed, preflight("https://app.test")).status).toBe(204);
    expect(answerTo(closed, preflight("https://evil.test")).reason).toBe("origin-refused");
    expect(answerTo(closed, { headers: { origin: "https://app.test" } }).reason).toBe("access-denied");
  });

  it("goes before the list of methods", () => {
    expect(answerTo({ ...policy, methods: ["GET"] }, preflight("https://app.test")).status).toBe(204);
  });

  it("gets the policy of the route that takes the request itself", () => {
    const routes: SiteFile["routes"] = [
      {
        id: "read",
        match: { method: "GET" },
        cors: { origins: "https://read.test" },
        respond: { status: 200 },
      },
      {
        id: "write",
        match: { method: "PUT" },
        cors: { origins: "https://write.test" },
        respond: { status: 200 },
      },
      { id: "rest", respond: { status: 404 } },
    ];
    const statusFor = (origin: string, method: string) =>
      answerTo({ routes }, preflight(origin, method)).status;
    expect(statusFor("https://write.test", "PUT")).toBe(204);
    expect(statusFor("https://write.test", "GET")).toBe(403);
    expect(statusFor("https://read.test", "GET")).toBe(204);
    expect(statusFor("https://read.test", "DELETE")).toBe(404); // the answer of the route without a policy
  });

  it("goes on where a route has turned the policy off", () => {
    const routes: SiteFile["routes"] = [
      { id: "own", match: { path: "/own" }, cors: "off", respond: { status: 200 } },
      { id: "rest", respond: { status: 200 } },
    ];
    const asked = preflight("https://app.test");
    expect(answerTo({ ...policy, routes }, { ...asked, url: "http://a.test/own" })).toMatchObject({
      status: 200,
      told: {},
    });
    expect(answerTo({ ...policy, routes }, { ...asked, url: "http://a.test/other" }).status).toBe(204);
  });

  // Private Network Access, "CORS preflight".
  it("allows a private network only if asked, and if the policy does", () => {
    const field = "access-control-allow-private-network";
    const more = { "access-control-request-private-network": "true" };
    const open = cors({ origins: "https://app.test", privateNetwork: true });
    expect(answerTo(open, preflight("https://app.test", "GET", more)).told[field]).toBe("true");
    expect(answerTo(open, preflight("https://app.test")).told[field]).toBeUndefined();
    expect(answerTo(policy, preflight("https://app.test", "GET", more)).told[field]).toBeUndefined();
    expect(answerTo(open, preflight("https://b.test", "GET", more)).told[field]).toBeUndefined();
  });
});

// Cross-site WebSocket hijacking: browsers send cookies with the handshake, and let the page read what comes.
describe("a WebSocket", () => {
  const open = (policy: Partial<SiteFile>, headers: Record<string, string>, url = "https://a.test/ws") =>
    answerTo(policy, { url, headers: { upgrade: "websocket", ...headers } }).status;
  const guarded = cors({ origins: "https://app.test", webSockets: "allowed" });

  it("is opened for all pages, unless the policy says otherwise", () => {
    expect(open(cors({ origins: "https://app.test" }), { origin: "https://evil.test" })).toBe(200);
  });

  it("is another thing than a request: that goes on, whatever its origin", () => {
    const headers = { origin: "https://evil.test" };
    expect(answerTo(guarded, { url: "https://a.test/ws", headers }).status).toBe(200);
    expect(answerTo(guarded, { url: "https://a.test/ws", method: "POST", headers }).status).toBe(200);
  });

  it("is opened for pages of the site, and of origins that are allowed", () => {
    expect(open(guarded, { origin: "https://a.test" })).toBe(200);
    expect(open(guarded, { origin: "https://app.test" })).toBe(200);
    expect(open(guarded, { origin: "https://a.test:8443" }, "https://a.test:8443/ws")).toBe(200);
    expect(open(guarded, {})).toBe(200); // no page: browsers always send Origin (RFC 6455 §4.1)
  });

  it.each([
    [{ origin: "https://evil.test" }],
    [{ origin: "null" }],
    [{ origin: "http://a.test" }],
    [{ origin: "https://a.test.evil.test" }],
    [{ origin: "https://evil.test", upgrade: "WebSocket" }],
    [{ origin: "https://evil.test", upgrade: "h2c, websocket" }],
    [{ origin: "" }],
  ])("is refused for %o", (headers) => {
    expect(open(guarded, headers)).toBe(403);
  });
});
