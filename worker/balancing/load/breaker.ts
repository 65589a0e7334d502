// May a pool be asked at all? If most requests to it fail, its breaker opens: for a while requests are refused at once instead of
// waiting for origins that cannot answer, and instead of burdening them. Then one request at a time tries whether they can.

export interface BreakerRules {
  /** The share of failed requests from which on it opens. */
  readonly rate: number;
  readonly windowMs: number;
  readonly openMs: number;
}

export type Breaker =
  | { readonly kind: "closed" }
  | { readonly kind: "open"; readonly until: number }
  /** One request tries the pool. If nothing is heard of it until then, another one may. */
  | { readonly kind: "half-open"; readonly until: number };

export const CLOSED: Breaker = { kind: "closed" };

/** Fewer requests say nothing about a pool. */
export const LEAST_REQUESTS = 20;

/** Until when requests are refused; undefined if one may be sent. */
export function refusedUntil(breaker: Breaker, now: number): number | undefined {
  return breaker.kind !== "closed" && now < breaker.until ? breaker.until : undefined;
}

/** A request that is not refused begins. It is the trial if the breaker was not closed. */
export function withRequest(breaker: Breaker, now: number, trialMs: number): Breaker {
  return breaker.kind === "closed" ? breaker : { kind: "half-open", until: now + trialMs };
}

export interface Outcome {
  /** Undefined if the request says nothing of the pool, as when its upload broke. */
  readonly failed: boolean | undefined;
  readonly wasTrial: boolean;
}

/** `lately`: how many requests there were in the window, this one included. A trial alone decides. */
export function withOutcome(
  breaker: Breaker,
  { failed, wasTrial }: Outcome,
  lately: { readonly requests: number; readonly failed: number },
  { rate, openMs }: BreakerRules,
  now: number,
): Breaker {
  if (breaker.kind === "half-open" && wasTrial) {
    if (failed === undefined) return { kind: "half-open", until: now };
    return failed ? { kind: "open", until: now + openMs } : CLOSED;
  }
  if (breaker.kind !== "closed" || !failed) return breaker; // requests from before it opened decide nothing
  const opens = lately.requests >= LEAST_REQUESTS && lately.failed >= rate * lately.requests;
  return opens ? { kind: "open", until: now + openMs } : breaker;
}
