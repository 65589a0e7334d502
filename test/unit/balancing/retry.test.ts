import { describe, expect, it } from "vitest";
import {
  type Attempted,
  latencyShown,
  mayRepeat,
  objectionToRetry,
  type RetryCandidate,
  verdictOn,
} from "../../../worker/balancing/retry.ts";
import { aPool } from "./a-pool.ts";

const connect: Attempted = { kind: "failure", failure: { kind: "connect", message: "lost" } };
const timeout: Attempted = { kind: "failure", failure: { kind: "timeout", afterMs: 15_000 } };
const bodyBroken: Attempted = { kind: "failure", failure: { kind: "request-body-broken" } };
const status = (code: number): Attempted => ({ kind: "status", status: code });

const RETRYABLE = { connect, timeout, 502: status(502), 503: status(503), 504: status(504) };
const FINAL = {
  "request-body-broken": bodyBroken,
  200: status(200),
  304: status(304),
  404: status(404),
  429: status(429),
  500: status(500),
  501: status(501),
  505: status(505),
};
const IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY", "PROPFIND"];
const OTHERS = ["POST", "PATCH", "LOCK", "get", "MADE-UP"];

const pool = aPool({ a: {}, b: {} });
const exchange = (known: Partial<RetryCandidate>): RetryCandidate => ({
  method: "GET",
  hasIdempotencyKey: false,
  routeAllows: false,
  bodyKept: true,
  isBreakerOpen: false,
  budgetLeft: true,
  subrequestsLeft: true,
  attempts: 1,
  timeLeft: true,
  originLeft: true,
  ...known,
});

describe("the table of (failure × method)", () => {
  for (const [failure, attempted] of Object.entries(RETRYABLE)) {
    for (const method of IDEMPOTENT) {
      it(`${failure} × ${method}: another attempt`, () => {
        expect(objectionToRetry(pool, attempted, exchange({ method }))).toBeUndefined();
      });
    }
    for (const method of OTHERS) {
      it(`${failure} × ${method}: none, unless a key or the route allows it`, () => {
        const asked = exchange({ method });
        expect(objectionToRetry(pool, attempted, asked)).toBe("not-idempotent");
        expect(objectionToRetry(pool, attempted, { ...asked, hasIdempotencyKey: true })).toBeUndefined();
        expect(objectionToRetry(pool, attempted, { ...asked, routeAllows: true })).toBeUndefined();
      });
    }
    it(`${failure} × a body that was not kept: none`, () => {
      expect(objectionToRetry(pool, attempted, exchange({ method: "PUT", bodyKept: false }))).toBe(
        "body-not-kept",
      );
    });
  }
  for (const [end, attempted] of Object.entries(FINAL)) {
    for (const method of [...IDEMPOTENT, ...OTHERS]) {
      it(`${end} × ${method}: none`, () => {
        expect(objectionToRetry(pool, attempted, exchange({ method, routeAllows: true }))).toBe(
          "not-retryable",
        );
      });
    }
  }
});

describe("a retry", () => {
  it("needs an attempt, time, and an origin that was not tried", () => {
    expect(objectionToRetry(pool, timeout, exchange({ attempts: 2 }))).toBeUndefined();
    expect(objectionToRetry(pool, timeout, exchange({ attempts: 3 }))).toBe("attempts-used-up");
    expect(objectionToRetry(pool, timeout, exchange({ timeLeft: false }))).toBe("time-used-up");
    expect(objectionToRetry(pool, timeout, exchange({ originLeft: false }))).toBe("no-origin-left");
    expect(objectionToRetry(pool, status(503), exchange({ originLeft: false }))).toBe("no-origin-left");
  });

  it("goes to the same origin once more only where the connection failed", () => {
    expect(objectionToRetry(pool, connect, exchange({ originLeft: false }))).toBeUndefined();
  });

  it("needs a subrequest that the platform starts", () => {
    expect(objectionToRetry(pool, connect, exchange({ subrequestsLeft: false }))).toBe("subrequests-used-up");
  });

  it("follows what the pool lists", () => {
    const only500 = aPool({ a: {} }, { retry: { on: [500] } });
    expect(objectionToRetry(only500, status(500), exchange({}))).toBeUndefined();
    expect(objectionToRetry(only500, status(503), exchange({}))).toBe("not-retryable");
    expect(objectionToRetry(only500, connect, exchange({}))).toBe("not-retryable");
    const none = aPool({ a: {} }, { retry: { attempts: 1 } });
    expect(objectionToRetry(none, connect, exchange({}))).toBe("attempts-used-up");
  });
});

describe("whether a request may be carried out twice", () => {
  it("is decided by its method, its key or its route", () => {
    const asked = { method: "POST", hasIdempotencyKey: false, routeAllows: false };
    expect(mayRepeat(asked)).toBe(false);
    expect(mayRepeat({ ...asked, method: "PUT" })).toBe(true);
    expect(mayRepeat({ ...asked, hasIdempotencyKey: true })).toBe(true);
    expect(mayRepeat({ ...asked, routeAllows: true })).toBe(true);
  });
});

describe("what an attempt tells of the origin", () => {
  it("is nothing where the platform did not start it", () => {
    const unsent: Attempted = { kind: "failure", failure: { kind: "too-many-subrequests" } };
    expect(verdictOn(pool, unsent)).toBeUndefined();
    expect(objectionToRetry(pool, unsent, exchange({}))).toBe("not-retryable");
  });

  it("is a failure where it did not answer, and a bad answer where the pool says so", () => {
    expect(verdictOn(pool, connect)).toBe("failed");
    expect(verdictOn(pool, timeout)).toBe("failed");
    expect(verdictOn(pool, status(503))).toBe("answered-badly");
    expect(verdictOn(pool, status(500))).toBe("answered");
    expect(verdictOn(pool, status(404))).toBe("answered");
    expect(verdictOn(aPool({ a: {} }, { retry: { on: ["connect"] } }), status(503))).toBe("answered");
  });

  it("is a bad answer with 52x where the pool lists them together, and only those of them that are listed alone", () => {
    const listed = aPool({ a: {} }, { retry: { on: ["connect", "52x"] } });
    const verdicts = [519, 520, 521, 529, 530, 531].map((code) => verdictOn(listed, status(code)));
    const bad = "answered-badly";
    expect(verdicts).toEqual(["answered", bad, bad, bad, bad, "answered"]);
    expect(objectionToRetry(listed, status(522), exchange({}))).toBeUndefined();
    expect(verdictOn(pool, status(521))).toBe("answered");
    expect(objectionToRetry(pool, status(521), exchange({}))).toBe("not-retryable");
  });

  it("is a failure where the platform gave the origin up, however soon", () => {
    const gaveUp = { kind: "timeout", afterMs: 5, told: 522 } as const;
    expect(verdictOn(pool, { kind: "failure", failure: gaveUp })).toBe("failed");
  });

  it("is nothing where it was the client's doing", () => {
    expect(verdictOn(pool, bodyBroken)).toBeUndefined();
  });

  it("is nothing where the origin had less than half of the usual time", () => {
    const hasty = aPool({ a: {} }, { timeout: { firstByte: "10s", total: "4s" } });
    const late = (afterMs: number): Attempted => ({
      kind: "failure",
      failure: { kind: "timeout", afterMs },
    });
    expect(verdictOn(hasty, late(4_000))).toBe("failed");
    expect(verdictOn(hasty, late(2_000))).toBe("failed");
    expect(verdictOn(hasty, late(1_999))).toBeUndefined();
  });
});

// linkerd2-proxy gives failed responses a penalty in its peak EWMA, because a fast failure would look like a fast origin.
describe("how slow an origin shows itself to be", () => {
  it.each([
    ["an answer", status(200), 12, 12],
    ["an answer that the pool does not count as a failure", status(404), 12, 12],
    ["a bad answer", status(503), 12, 5_000],
    ["a refused connection", connect, 1, 5_000],
    ["a time-out", timeout, 15_000, 15_000],
    ["a client's broken upload", bodyBroken, 12, undefined],
    [
      "an attempt that lost against a hedge",
      { kind: "failure", failure: { kind: "given-up" } } as Attempted,
      80,
      80,
    ],
  ] as const)("by %s", (_what, attempted, ms, shown) => {
    expect(latencyShown(attempted, verdictOn(pool, attempted), ms)).toBe(shown);
  });
});
