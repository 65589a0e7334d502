// The retry table of docs/balancing.md against the function that decides.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { LEAST } from "../../../worker/balancing/budgets.ts";
import { mayHedge } from "../../../worker/balancing/hedging.ts";
import { LEAST_REQUESTS } from "../../../worker/balancing/load/breaker.ts";
import { BUDGET_WINDOW_MS } from "../../../worker/balancing/load/pool-load.ts";
import {
  type Attempted,
  IDEMPOTENT,
  objectionToRetry,
  type RetryCandidate,
  type RetryRefusal,
} from "../../../worker/balancing/retry.ts";
import { aPool } from "../balancing/a-pool.ts";

const text = readFileSync(path.join(import.meta.dirname, "../../../docs/balancing.md"), "utf8");
const [header = [], , ...rows] =
  text
    .split("<!-- checked by test/unit/docs/balancing.test.ts -->\n")[1]
    ?.split("\n\n")[0]
    ?.split("\n")
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ) ?? [];

const FIRST: RetryCandidate = {
  method: "GET",
  hasIdempotencyKey: false,
  routeAllows: false,
  bodyKept: true,
  attempts: 1,
  timeLeft: true,
  originLeft: true,
  isBreakerOpen: false,
  budgetLeft: true,
  subrequestsLeft: true,
};
/** A new reason does not compile until it stands here, and then fails until it is documented. */
const REFUSALS: Readonly<Record<RetryRefusal, true>> = {
  "not-retryable": true,
  "attempts-used-up": true,
  "not-idempotent": true,
  "body-not-kept": true,
  "time-used-up": true,
  "no-origin-left": true,
  "breaker-open": true,
  "budget-used-up": true,
  "subrequests-used-up": true,
};

const COLUMNS: readonly RetryCandidate[] = [
  FIRST,
  { ...FIRST, method: "POST" },
  { ...FIRST, method: "POST", hasIdempotencyKey: true },
  { ...FIRST, method: "POST", routeAllows: true },
  { ...FIRST, method: "PUT", bodyKept: false },
];

function attemptedOf(word: string): Attempted {
  if (/^\d+$/.test(word)) return { kind: "status", status: Number(word) };
  switch (word) {
    case "connect":
      return { kind: "failure", failure: { kind: word, message: "" } };
    case "timeout":
      return { kind: "failure", failure: { kind: word, afterMs: 15_000 } };
    case "request-body-broken":
      return { kind: "failure", failure: { kind: word } };
  }
  throw new Error(`docs/balancing.md names an end that there is none of: ${word}`);
}

describe("docs/balancing.md", () => {
  const pool = aPool({ a: {}, b: {} });

  it("names the idempotent methods", () => {
    expect(header[1]?.split(", ")).toEqual([...IDEMPOTENT]);
  });

  it("has a row for each end of an attempt", () => {
    expect(rows).toHaveLength(9);
  });

  for (const [end = "", ...cells] of rows) {
    it(`tells the truth about ${end}`, () => {
      const attempted = attemptedOf(end.replaceAll("`", ""));
      expect(cells).toEqual(
        COLUMNS.map((exchange) => objectionToRetry(pool, attempted, exchange) ?? "retried"),
      );
    });
  }

  it("names every reason for not retrying", () => {
    for (const reason of Object.keys(REFUSALS)) expect(text).toMatch(new RegExp(`[\`| ]${reason}[\`| ]`));
  });

  it("tells the numbers of the budgets", () => {
    expect(BUDGET_WINDOW_MS).toBe(10_000);
    expect(LEAST).toEqual({ retry: 10, hedge: 1 });
    expect(text).toContain("Ten retries in ten seconds are always allowed");
    expect(text).toContain("one in ten seconds always may be");
    expect(LEAST_REQUESTS).toBe(20);
  });

  it("names the methods that are hedged", () => {
    const named = /Only safe methods are hedged: ([^.]*)\./.exec(text)?.[1]?.split(", ") ?? [];
    const hedged = [...IDEMPOTENT, "POST", "PATCH"].filter((method) =>
      mayHedge({ method, upgrades: false, bodyKept: true }),
    );
    expect(named).toEqual(hedged);
  });

  it("tells the numbers of the code", () => {
    expect(text).toContain(`ejected for ${pool.outlier.ejectMs / 1_000} s`);
    expect(pool.outlier.consecutive).toBe(3);
    expect(text).toContain("three times in a row");
    expect(pool.attempts).toBe(3);
    expect(text).toContain(
      `attempts: ${pool.attempts}, on: [${[...pool.retryOn].join(", ")}], maxBody: ${pool.maxReplayBytes / 1024}KiB`,
    );
    expect(text).toContain(`firstByte: ${pool.firstByteMs / 1_000}s`);
  });
});
