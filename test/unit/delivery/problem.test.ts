import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { problemReply } from "../../../worker/delivery/own-answer.ts";
import { explainRefusal, type Refusal, type RefusalReason, statusOf } from "../../../worker/refusal.ts";

/** One of each: a new reason does not compile until it stands here, and then fails until it is documented. */
const REFUSALS: { readonly [Reason in RefusalReason]: Extract<Refusal, { reason: Reason }> } = {
  "bad-host": { reason: "bad-host", host: "a b" },
  "bad-target": { reason: "bad-target" },
  "login-failed": { reason: "login-failed" },
  unauthenticated: { reason: "unauthenticated" },
  forbidden: { reason: "forbidden" },
  "auth-unavailable": { reason: "auth-unavailable" },
  "unreadable-target": { reason: "unreadable-target" },
  "bad-path-encoding": { reason: "bad-path-encoding", at: "%zz" },
  "path-refused": { reason: "path-refused", oddity: "encoded-slash" },
  "path-rerouted": { reason: "path-rerouted" },
  "access-denied": { reason: "access-denied", rule: "access.deny names the client: country XX" },
  "destination-refused": { reason: "destination-refused" },
  "bad-framing": { reason: "bad-framing" },
  "transfer-coding-refused": { reason: "transfer-coding-refused" },
  "body-refused": { reason: "body-refused", method: "GET" },
  "request-body-broken": { reason: "request-body-broken" },
  "request-body-stalled": { reason: "request-body-stalled" },
  "no-site": { reason: "no-site", host: "a.test" },
  "body-gone": { reason: "body-gone" },
  "no-route": { reason: "no-route" },
  "no-file": { reason: "no-file" },
  "files-unavailable": { reason: "files-unavailable" },
  "reserved-path": { reason: "reserved-path" },
  "uri-too-long": { reason: "uri-too-long", maxLength: 8_192 },
  "bad-field": { reason: "bad-field" },
  "headers-too-large": { reason: "headers-too-large", maxBytes: 32_768 },
  bug: { reason: "bug" },
  "site-invalid": { reason: "site-invalid", host: "a.test" },
  "challenge-required": { reason: "challenge-required" },
  "challenge-unavailable": { reason: "challenge-unavailable" },
  "too-many-fields": { reason: "too-many-fields", maxFields: 50 },
  "body-too-large": { reason: "body-too-large", maxBytes: 1_000 },
  "content-type-refused": { reason: "content-type-refused" },
  "origin-refused": { reason: "origin-refused" },
  "method-not-allowed": { reason: "method-not-allowed" },
  "method-refused": { reason: "method-refused", method: "TRACE" },
  "origin-unreachable": { reason: "origin-unreachable", pool: "web" },
  "unasked-not-modified": { reason: "unasked-not-modified", pool: "web" },
  "secret-missing": { reason: "secret-missing" },
  "site-off": { reason: "site-off" },
  "too-many-requests": { reason: "too-many-requests", limit: "api", retryAfterSeconds: 3 },
  "limiter-unavailable": { reason: "limiter-unavailable", limit: "api" },
  maintenance: { reason: "maintenance", retryAfterSeconds: 300 },
  "pinned-origin-out": { reason: "pinned-origin-out", pool: "web" },
  "no-origin": { reason: "no-origin", pool: "web" },
  "origins-out": { reason: "origins-out", pool: "web" },
  "origins-full": { reason: "origins-full", pool: "web" },
  "pool-full": { reason: "pool-full", pool: "web", retryAfterSeconds: 1 },
  "breaker-open": { reason: "breaker-open", pool: "web", retryAfterSeconds: 7 },
  "site-unavailable": { reason: "site-unavailable", host: "a.test" },
  "origin-timeout": { reason: "origin-timeout", pool: "web", afterMs: 15_000 },
  "not-cached": { reason: "not-cached" },
  "purge-refused": { reason: "purge-refused" },
  "purge-unreadable": { reason: "purge-unreadable", because: "the tag is no tag" },
  "no-keeper": { reason: "no-keeper" },
  "keeper-unavailable": { reason: "keeper-unavailable" },
  loop: { reason: "loop" },
};

describe("a refusal on the wire", () => {
  it.each(Object.values(REFUSALS))("$reason is a problem document", (refusal) => {
    const reply = problemReply(refusal, "the-id", { site: { edgeFields: "brief" } });
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.headers.get("cache-control")).toBe("no-store");
    expect(JSON.parse(String(reply.body))).toEqual({
      type: `urn:headgate:${refusal.reason}`,
      title: refusal.reason,
      status: statusOf(refusal),
      detail: explainRefusal(refusal),
      requestId: "the-id",
      ...(refusal.reason === "too-many-requests" && { "violated-policies": ["api"] }),
    });
    expect(reply.status).toBe(statusOf(refusal));
    expect(reply.body).not.toMatch(/\bat .*\.ts:\d/);
  });

  it.each(["no-origin", "pinned-origin-out", "site-unavailable"] as const)(
    "%s says when to come back",
    (reason) => {
      expect(problemReply(REFUSALS[reason], "x").headers.get("retry-after")).toBe("10");
    },
  );

  it("stands in the table of docs/proxying.md, with its status, and nothing else does", async () => {
    const text = await readFile(path.join(import.meta.dirname, "../../../docs/proxying.md"), "utf8");
    const rows = [...text.matchAll(/^\| (\d{3}) +\| `([a-z-]+)` +\|/gm)].map(([, status, reason]) => [
      reason,
      Number(status),
    ]);
    const known = Object.values(REFUSALS).map((refusal) => [refusal.reason, statusOf(refusal)]);
    const inOrder = (list: unknown[]) => list.map(String).sort();
    expect(inOrder(rows)).toEqual(inOrder(known));
  });
});
