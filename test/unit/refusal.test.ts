import { describe, expect, it } from "vitest";
import { problemReply } from "../../worker/delivery/own-answer.ts";
import {
  adviceOn,
  explainRefusal,
  type Refusal,
  type RefusalReason,
  statusOf,
} from "../../worker/refusal.ts";

/** What only the operator may read: it stands in the evidence of a refusal, and in the log. */
const INTERNAL = "internal-pool";

type Row<Reason extends RefusalReason> = readonly [
  evidence: Omit<Extract<Refusal, { reason: Reason }>, "reason">,
  status: number,
];

// A new reason does not compile until it has a line here.
const REFUSALS: { readonly [Reason in RefusalReason]: Row<Reason> } = {
  "bad-host": [{ host: "shop example" }, 400],
  "bad-path-encoding": [{ at: "%zz" }, 400],
  "path-refused": [{ oddity: "encoded-slash" }, 400],
  "path-rerouted": [{}, 400],
  "no-file": [{}, 404],
  "files-unavailable": [{}, 503],
  "bad-target": [{}, 400],
  "unreadable-target": [{}, 400],
  "access-denied": [{ rule: INTERNAL }, 403],
  "destination-refused": [{}, 403],
  "bad-field": [{}, 400],
  "bad-framing": [{}, 400],
  "transfer-coding-refused": [{}, 501],
  "body-refused": [{ method: "GET" }, 400],
  "request-body-broken": [{}, 400],
  "request-body-stalled": [{}, 408],
  "no-site": [{ host: "shop.example.com" }, 404],
  "no-route": [{}, 404],
  "reserved-path": [{}, 404],
  "uri-too-long": [{ maxLength: 8192 }, 414],
  "headers-too-large": [{ maxBytes: 32768 }, 431],
  bug: [{}, 500],
  "body-gone": [{}, 500],
  "site-invalid": [{ host: "shop.example.com" }, 500],
  "challenge-required": [{}, 403],
  "challenge-unavailable": [{}, 503],
  "too-many-fields": [{ maxFields: 50 }, 431],
  "body-too-large": [{ maxBytes: 1_000 }, 413],
  "content-type-refused": [{}, 415],
  "origin-refused": [{}, 403],
  "method-not-allowed": [{}, 405],
  "method-refused": [{ method: "TRACE" }, 501],
  "origin-unreachable": [{ pool: INTERNAL }, 502],
  "unasked-not-modified": [{ pool: INTERNAL }, 502],
  "too-many-requests": [{ limit: "api", retryAfterSeconds: 3 }, 429],
  "limiter-unavailable": [{ limit: INTERNAL }, 503],
  "secret-missing": [{}, 500],
  "site-off": [{}, 503],
  maintenance: [{ retryAfterSeconds: 300 }, 503],
  "pinned-origin-out": [{ pool: INTERNAL }, 503],
  "no-origin": [{ pool: INTERNAL }, 503],
  "origins-out": [{ pool: INTERNAL }, 503],
  "origins-full": [{ pool: INTERNAL }, 503],
  "pool-full": [{ pool: INTERNAL, retryAfterSeconds: 1 }, 503],
  "breaker-open": [{ pool: INTERNAL, retryAfterSeconds: 7 }, 503],
  "site-unavailable": [{ host: "shop.example.com" }, 503],
  "origin-timeout": [{ pool: INTERNAL, afterMs: 1500 }, 504],
  "not-cached": [{}, 504],
  "purge-refused": [{}, 403],
  "purge-unreadable": [{ because: "the tag is no tag" }, 400],
  "no-keeper": [{}, 501],
  "keeper-unavailable": [{}, 503],
  loop: [{}, 508],
  "login-failed": [{}, 400],
  unauthenticated: [{}, 401],
  forbidden: [{}, 403],
  "auth-unavailable": [{}, 503],
};

const ALL = Object.entries(REFUSALS).map(([reason, [evidence, status]]) => ({
  refusal: { reason, ...evidence } as Refusal,
  status,
}));

describe("every refusal", () => {
  for (const { refusal, status } of ALL) {
    it(`${refusal.reason} has its status and a sentence`, () => {
      expect(statusOf(refusal)).toBe(status);
      expect(explainRefusal(refusal)).toMatch(/^[A-Z].{15,}$/);
    });

    it(`${refusal.reason} is a problem document (RFC 9457) without internals`, () => {
      const site = { edgeFields: "brief" } as const;
      const reply = problemReply(refusal, "0123456789abcdef0123456789abcdef", { site });
      expect(reply.status).toBe(status);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
      expect(reply.headers.get("cache-control")).toBe("no-store");
      expect(JSON.parse(String(reply.body))).toEqual({
        type: `urn:headgate:${refusal.reason}`,
        title: refusal.reason,
        status,
        detail: explainRefusal(refusal),
        requestId: "0123456789abcdef0123456789abcdef",
        // The client knows it from RateLimit-Policy.
        ...(refusal.reason === "too-many-requests" && { "violated-policies": ["api"] }),
      });
      expect(reply.body).not.toContain(INTERNAL);
      expect(explainRefusal(refusal)).not.toMatch(/headgate|wrangler|\bKV\b|site file|allowInPath/i);
      expect(reply.body).not.toMatch(/worker\.js|\.ts\b|Error:|\bat \w+ \(/);
    });
  }

  it.each([
    ["a stranger to every site", undefined],
    ["a client of a site that hides the edge", { edgeFields: "off" }],
  ] as const)("tells %s neither its name nor what refuses", (_who, site) => {
    for (const { refusal, status } of ALL) {
      const known = site && { site };
      const reply = problemReply(refusal, "the-id", known);
      expect(JSON.parse(String(reply.body))).toEqual({
        type: "about:blank", // RFC 9457 §4.2.1
        status,
        detail: explainRefusal(refusal),
        requestId: "the-id",
        ...(refusal.reason === "too-many-requests" && { "violated-policies": ["api"] }),
      });
      const asked = { headers: new Headers({ accept: "text/html" }) };
      const page = String(problemReply(refusal, "the-id", { ...known, asked }).body);
      expect(page).not.toMatch(/headgate|Reason/i);
      expect(page).not.toContain(`>${refusal.reason}<`);
      expect(page).toContain("the-id");
    }
  });

  it("has a sentence of its own", () => {
    expect(new Set(ALL.map(({ refusal }) => explainRefusal(refusal))).size).toBe(ALL.length);
  });
});

describe("a refusal that the reader can do something about", () => {
  it("says how to add a site, to who runs the edge and not to a stranger", () => {
    const refusal = { reason: "no-site", host: "shop.example.com" } as const;
    expect(explainRefusal(refusal)).toBe("No site is served under the name shop.example.com.");
    expect(adviceOn(refusal)).toBe(
      "Add a site file that names the host under hosts, then run: headgate push FILE --remote",
    );
  });

  it("says whether a route may allow the path, and to whom", () => {
    const refused = (oddity: Extract<Refusal, { reason: "path-refused" }>["oddity"]) => {
      const refusal = { reason: "path-refused", oddity } as const;
      return [explainRefusal(refusal), adviceOn(refusal)];
    };
    expect(refused("encoded-slash")).toEqual([
      "The path has content that origins interpret differently (encoded-slash).",
      "A route must allow it by name in allowInPath.",
    ]);
    expect(refused("hidden-dots")).toEqual([
      expect.stringMatching(/dot segment .* No route can allow that\.$/),
      undefined,
    ]);
    expect(refused("overlong")).toEqual([
      expect.stringMatching(/more bytes .* No route can allow that\.$/),
      undefined,
    ]);
  });

  it("says when to come back", () => {
    const retryAfter = (refusal: Refusal) => problemReply(refusal, "id").headers.get("retry-after");
    expect(retryAfter({ reason: "no-origin", pool: "web" })).toBe("10");
    expect(retryAfter({ reason: "origins-out", pool: "web" })).toBe("10");
    expect(retryAfter({ reason: "site-unavailable", host: "a.test" })).toBe("10");
    expect(retryAfter({ reason: "maintenance", retryAfterSeconds: 300 })).toBe("300");
    expect(retryAfter({ reason: "origins-full", pool: "web" })).toBe("1");
    expect(retryAfter({ reason: "pool-full", pool: "web", retryAfterSeconds: 1 })).toBe("1");
    expect(retryAfter({ reason: "breaker-open", pool: "web", retryAfterSeconds: 7 })).toBe("7");
    expect(retryAfter({ reason: "site-off" })).toBeNull();
    expect(retryAfter({ reason: "origin-unreachable", pool: "web" })).toBeNull();
  });
});
