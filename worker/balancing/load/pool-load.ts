// What an isolate remembers of the requests to one pool: for its budgets, its hedging and its breaker.
import {
  type Breaker,
  type BreakerRules,
  CLOSED,
  type Outcome,
  refusedUntil,
  withOutcome,
  withRequest,
} from "./breaker.ts";
import { Latencies } from "./latencies.ts";
import { Places } from "./places.ts";
import { Recent } from "./recent.ts";

/** What is spent of a budget is forgotten after this time. */
export const BUDGET_WINDOW_MS = 10_000;

export class PoolLoad {
  readonly spent = new Recent(BUDGET_WINDOW_MS, ["request", "retry", "hedge"]);
  readonly places = new Places();
  readonly latencies = new Latencies();
  #breaker: Breaker = CLOSED;
  #outcomes: { readonly recent: Recent<"good" | "failed">; readonly windowMs: number } | undefined;

  refusedUntil(now: number): number | undefined {
    return refusedUntil(this.#breaker, now);
  }

  isOpen(now: number): boolean {
    return this.#breaker.kind === "open" && now < this.#breaker.until;
  }

  /** Returns whether this request is the trial that decides about the breaker. */
  begin(now: number, trialMs: number): boolean {
    this.#breaker = withRequest(this.#breaker, now, trialMs);
    return this.#breaker.kind === "half-open";
  }

  /** A new window begins empty if the site file changes its length. */
  end({ failed, wasTrial }: Outcome, rules: BreakerRules, now: number): void {
    const { windowMs } = rules;
    if (this.#outcomes?.windowMs !== windowMs)
      this.#outcomes = { recent: new Recent(windowMs, ["good", "failed"]), windowMs };
    const { recent } = this.#outcomes;
    const before = this.#breaker;
    if (before.kind === "closed" && failed !== undefined) recent.add(failed ? "failed" : "good", now);
    const failures = recent.count("failed", now);
    const lately = { requests: failures + recent.count("good", now), failed: failures };
    this.#breaker = withOutcome(before, { failed, wasTrial }, lately, rules, now);
    if (before.kind !== "closed" && this.#breaker.kind === "closed") recent.clear();
  }
}
