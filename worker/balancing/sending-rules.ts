// How much a pool does for a request, and when it refuses one: retries, hedging, limits.
import type { PoolConfig } from "../../shared/site/pool-schema.ts";
import type { RetryCause } from "../../shared/site/retry-schema.ts";
import type { BreakerRules } from "./load/breaker.ts";

export interface SendingRules {
  /** The most for one request, with the first and a hedge. */
  readonly attempts: number;
  readonly retryOn: ReadonlySet<RetryCause>;
  readonly maxReplayBytes: number;
  /** A share of the requests; null if retries are not limited. */
  readonly retryBudget: number | null;
  /** The longest pause before the first retry; null for none. */
  readonly backoffMs: number | null;
  /** In place of `firstByteMs` for an attempt that another one may follow; null if it is the same. */
  readonly perTryMs: number | null;
  readonly hedge: HedgeRules | null;
  readonly maxInFlight: number | null;
  readonly breaker: BreakerRules | null;
  /** Whether one of these rules needs what the isolate remembers of the pool. */
  readonly remembers: boolean;
}

export interface HedgeRules {
  readonly after: number | "p95";
  /** A share of the requests. */
  readonly budget: number;
}

export function compileSendingRules({ retry, hedge, breaker }: PoolConfig): SendingRules {
  const { rate, window: windowMs, open: openMs } = breaker ?? {};
  return {
    attempts: retry.attempts,
    retryOn: new Set(retry.on),
    maxReplayBytes: retry.maxBody,
    retryBudget: retry.budget ?? null,
    backoffMs: retry.backoff ?? null,
    perTryMs: retry.perTry ?? null,
    hedge: hedge ?? null,
    maxInFlight: breaker?.inFlight ?? null,
    breaker:
      rate === undefined || windowMs === undefined || openMs === undefined
        ? null
        : { rate, windowMs, openMs },
    remembers: retry.budget !== undefined || hedge !== undefined || breaker !== undefined,
  };
}
