import { parseList, Token } from "structured-headers";
import { describe, expect, it } from "vitest";
import type { Attempt, Sending } from "../../../worker/balancing/sending.ts";
import { proxyStatus } from "../../../worker/delivery/status-fields.ts";
import type { Refusal, RefusalReason } from "../../../worker/refusal.ts";
import { aPool } from "../balancing/a-pool.ts";

const [fra, iad] = aPool({ "fra-1": {}, iad: {} }).origins;
if (!fra || !iad) throw new Error("the pool has two origins");

const got = (origin: Attempt["origin"], status: number): Attempt => ({
  origin,
  attempted: { kind: "status", status },
  sentAt: 0,
  ms: 1,
});
const failed = (origin: Attempt["origin"], kind: "connect" | "request-body-broken"): Attempt => ({
  origin,
  attempted: { kind: "failure", failure: kind === "connect" ? { kind, message: "lost" } : { kind } },
  sentAt: 0,
  ms: 1,
});
const sending = (attempts: Attempt[], stoppedBy?: Sending["stoppedBy"]): Sending => ({
  pool: "web",
  attempts,
  answeredBy: attempts.findLast(({ attempted }) => attempted.kind === "status"),
  stoppedBy,
});

/** As a client that knows RFC 9651 reads it. */
function read(field: string | undefined) {
  const [[name, parameters] = [undefined, new Map()], ...others] = parseList(field ?? "") as [
    unknown,
    Map<string, unknown>,
  ][];
  expect(others).toEqual([]);
  expect(name).toEqual(new Token("headgate"));
  return Object.fromEntries(parameters);
}

// RFC 9209 §2.3 and the registry that it opens.
const REGISTERED = new Set([
  "destination_not_found",
  "destination_unavailable",
  "connection_limit_reached",
  "connection_terminated",
  "http_request_error",
  "http_request_denied",
  "http_response_timeout",
  "http_protocol_error",
  "proxy_internal_error",
  "proxy_configuration_error",
  "proxy_loop_detected",
]);

describe("Proxy-Status", () => {
  it("is left out where the first origin answered", () => {
    expect(proxyStatus(undefined, sending([got(fra, 200)]), "full")).toBeUndefined();
    expect(proxyStatus(undefined, sending([got(fra, 500)]), "full")).toBeUndefined();
    expect(proxyStatus(undefined, undefined, "full")).toBeUndefined();
  });

  it("tells of the attempts before the one that answered", () => {
    expect(read(proxyStatus(undefined, sending([failed(fra, "connect"), got(iad, 200)]), "full"))).toEqual({
      "next-hop": "iad",
      "received-status": 200,
      details: "fra-1: connect, iad: 200",
    });
  });

  it("names the origin whose answer is used, whoever was asked after it", () => {
    const attempts = [got(fra, 503), failed(iad, "connect")];
    expect(read(proxyStatus(undefined, sending(attempts), "full"))).toEqual({
      "next-hop": "fra-1",
      "received-status": 503,
      details: "fra-1: 503, iad: connect",
    });
  });

  it("tells why an answer that might have been mended was not", () => {
    expect(read(proxyStatus(undefined, sending([got(fra, 503)], "body-not-kept"), "full"))).toEqual({
      "next-hop": "fra-1",
      "received-status": 503,
      details: "fra-1: 503; no further attempt: body-not-kept",
    });
  });

  it("names the error where the edge answers instead of an origin", () => {
    const refusal: Refusal = { reason: "origin-unreachable", pool: "web" };
    expect(read(proxyStatus(refusal, sending([failed(fra, "connect")], "not-idempotent"), "full"))).toEqual({
      error: new Token("connection_terminated"),
      "next-hop": "fra-1",
      details: "fra-1: connect; no further attempt: not-idempotent",
    });
  });

  it("names no next hop where none was asked", () => {
    expect(read(proxyStatus({ reason: "no-route" }, undefined, "full"))).toEqual({
      error: new Token("destination_not_found"),
    });
  });

  it("names no origin unless the site wants it", () => {
    const brief = (refusal: Refusal | undefined, ...given: Parameters<typeof sending>) =>
      read(proxyStatus(refusal, sending(...given), "brief"));
    expect(brief(undefined, [failed(fra, "connect"), got(iad, 200)])).toEqual({
      "received-status": 200,
      details: "2 attempts: connect, 200",
    });
    const unreachable = { reason: "origin-unreachable", pool: "web" } as const;
    expect(brief(unreachable, [failed(fra, "connect")], "not-idempotent")).toEqual({
      error: new Token("connection_terminated"),
      details: "1 attempt: connect; no further attempt: not-idempotent",
    });
    expect(brief({ reason: "no-origin", pool: "web" }, [])).toEqual({
      error: new Token("destination_unavailable"),
    });
  });

  it("is left out where the site wants none", () => {
    const unreachable = { reason: "origin-unreachable", pool: "web" } as const;
    expect(proxyStatus(unreachable, sending([failed(fra, "connect")]), "off")).toBeUndefined();
  });

  // A new reason does not compile until it has a type here, or none.
  const TYPES: Readonly<Record<RefusalReason, string | undefined>> = {
    "too-many-requests": "http_request_denied",
    "limiter-unavailable": "proxy_internal_error",
    "site-off": "destination_unavailable",
    maintenance: "destination_unavailable",
    "pinned-origin-out": "destination_unavailable",
    "no-origin": "destination_unavailable",
    "origins-out": "destination_unavailable",
    "breaker-open": "destination_unavailable",
    "origins-full": "connection_limit_reached",
    "pool-full": "connection_limit_reached",
    "origin-unreachable": "connection_terminated",
    "origin-timeout": "http_response_timeout",
    "unasked-not-modified": "http_protocol_error",
    loop: "proxy_loop_detected",
    "purge-refused": "http_request_denied",
    "login-failed": "http_request_denied",
    unauthenticated: "http_request_denied",
    forbidden: "http_request_denied",
    "auth-unavailable": "proxy_internal_error",
    "purge-unreadable": "http_request_error",
    "no-keeper": "proxy_configuration_error",
    "keeper-unavailable": "proxy_internal_error",
    "bad-host": "http_request_error",
    "bad-path-encoding": "http_request_error",
    "path-refused": "http_request_error",
    "path-rerouted": "http_request_error",
    "bad-target": "http_request_error",
    "unreadable-target": "http_request_error",
    "bad-field": "http_request_error",
    "bad-framing": "http_request_error",
    "transfer-coding-refused": "http_request_error",
    "body-refused": "http_request_error",
    "uri-too-long": "http_request_error",
    "headers-too-large": "http_request_error",
    "request-body-broken": "http_request_error",
    "request-body-stalled": "http_request_error",
    "access-denied": "http_request_denied",
    "challenge-required": "http_request_denied",
    "challenge-unavailable": "proxy_configuration_error",
    "too-many-fields": "http_request_error",
    "body-too-large": "http_request_error",
    "content-type-refused": "http_request_error",
    "origin-refused": "http_request_denied",
    "method-not-allowed": "http_request_denied",
    "method-refused": "http_request_denied",
    "destination-refused": "http_request_denied",
    "no-site": "destination_not_found",
    "no-route": "destination_not_found",
    "no-file": undefined,
    "files-unavailable": "proxy_internal_error",
    "reserved-path": "destination_not_found",
    "secret-missing": "proxy_configuration_error",
    "site-invalid": "proxy_configuration_error",
    "site-unavailable": "proxy_internal_error",
    bug: "proxy_internal_error",
    "body-gone": "proxy_internal_error",
    "not-cached": undefined,
  };
  for (const [reason, type] of Object.entries(TYPES)) {
    it(`calls ${reason} ${type ?? "nothing: it was on no origin's behalf"}`, () => {
      const field = proxyStatus({ reason } as Refusal, undefined, "brief");
      if (type === undefined) return expect(field).toBeUndefined();
      expect(REGISTERED.has(type)).toBe(true);
      expect(read(field)).toEqual({ error: new Token(type) });
    });
  }
});
