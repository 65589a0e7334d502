// May this request be tried again? A table of (failure × method). The runtime does not tell a refused connection from
// one that broke after the request was sent. So the edge never assumes that nothing was sent, and repeats only
// requests that may safely be carried out twice (RFC 9110 §9.2.2).
import type { OriginFailure } from "../ports.ts";
import type { Pool } from "./pool.ts";
import type { Ended } from "./standing.ts";

/** Methods that are idempotent and that the edge knows to be so. TRACE never gets here. */
export const IDEMPOTENT: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "PUT",
  "DELETE",
  "QUERY", // RFC 10008
  "PROPFIND", // RFC 4918 §9.1
]);

export type Attempted =
  | { readonly kind: "failure"; readonly failure: OriginFailure | GivenUp }
  | { readonly kind: "status"; readonly status: number };

/** A hedge: the answer of another attempt came first. */
export interface GivenUp {
  readonly kind: "given-up";
}

export type RetryRefusal =
  | "not-retryable"
  | "attempts-used-up"
  | "not-idempotent"
  | "body-not-kept"
  | "time-used-up"
  | "no-origin-left"
  | "breaker-open"
  | "budget-used-up"
  | "subrequests-used-up";

/** The request, and the state of its attempts. */
export interface RetryCandidate {
  readonly method: string;
  readonly hasIdempotencyKey: boolean;
  readonly routeAllows: boolean;
  /** The body can be sent again, or there is none. */
  readonly bodyKept: boolean;
  readonly attempts: number;
  /** The total time-out has not run out, or there is none. */
  readonly timeLeft: boolean;
  /** An origin in service has not been tried yet, and has room. */
  readonly originLeft: boolean;
  /** Most requests to the pool fail just now. */
  readonly isBreakerOpen: boolean;
  /** The pool's budget of retries is not used up, or it has none. */
  readonly budgetLeft: boolean;
  /** The platform starts another one, or sets no limit. */
  readonly subrequestsLeft: boolean;
}

/** Undefined if it may be retried, otherwise why not. */
export function objectionToRetry(
  pool: Pick<Pool, "retryOn" | "attempts">,
  attempted: Attempted,
  exchange: RetryCandidate,
): RetryRefusal | undefined {
  const cause = causeOf(attempted);
  if (!isListed(pool, cause)) return "not-retryable";
  if (exchange.attempts >= pool.attempts) return "attempts-used-up";
  if (!mayRepeat(exchange)) return "not-idempotent";
  if (!exchange.bodyKept) return "body-not-kept";
  if (!exchange.timeLeft) return "time-used-up";
  // The same origin may well answer the second time if its idle connection had been closed. An origin that was too
  // slow, or that says itself that it cannot answer, is not asked again.
  if (!exchange.originLeft && cause !== "connect") return "no-origin-left";
  if (exchange.isBreakerOpen) return "breaker-open";
  if (!exchange.budgetLeft) return "budget-used-up";
  return exchange.subrequestsLeft ? undefined : "subrequests-used-up";
}

/** Whether the method, the client's idempotency key or the route permits carrying it out twice. */
export function mayRepeat(
  exchange: Pick<RetryCandidate, "method" | "hasIdempotencyKey" | "routeAllows">,
): boolean {
  return IDEMPOTENT.has(exchange.method) || exchange.hasIdempotencyKey || exchange.routeAllows;
}

/** Whether it is one of the failures that `retry.on` lists. */
export const isFailure = (pool: Pick<Pool, "retryOn">, attempted: Attempted): boolean =>
  isListed(pool, causeOf(attempted));

/** What the attempt says about the origin; undefined if it says nothing, as when the upload broke. */
export function verdictOn(
  pool: Pick<Pool, "retryOn" | "firstByteMs" | "perTryMs" | "totalMs">,
  attempted: Attempted,
): Ended["outcome"] {
  if (attempted.kind === "status") {
    return isListed(pool, causeOf(attempted)) ? "answered-badly" : "answered";
  }
  switch (attempted.failure.kind) {
    case "request-body-broken":
    case "request-body-stalled":
    case "too-many-subrequests":
    case "given-up":
      return undefined;
    case "connect":
      return "failed";
    case "timeout": {
      if (attempted.failure.told !== undefined) return "failed";
      if (attempted.failure.duringUpload) return undefined; // perhaps it was the client that was slow
      // A retry near the end of the total time-out gives an origin too little time for a fair verdict.
      const { firstByteMs, perTryMs, totalMs } = pool;
      const usualMs = Math.min(firstByteMs, perTryMs ?? firstByteMs, totalMs ?? firstByteMs);
      return attempted.failure.afterMs >= usualMs / 2 ? "failed" : undefined;
    }
  }
}

/**
 * How slow its origin is taken to be after an attempt of so many milliseconds; undefined if it says nothing of that. A refused connection
 * and an error are quick, and an origin must not attract requests by them: a failure counts as a slow answer, as in Linkerd.
 */
export function latencyShown(
  attempted: Attempted,
  verdict: Ended["outcome"],
  ms: number,
): number | undefined {
  if (verdict === "failed" || verdict === "answered-badly") return Math.max(ms, FAILURE_COUNTS_MS);
  return tellsLatency(attempted, verdict) ? ms : undefined;
}

const FAILURE_COUNTS_MS = 5_000;

/** Whether the time that the attempt took is that of an answer. One that was waited for in vain was at least as slow as that. */
export function tellsLatency(attempted: Attempted, verdict: Ended["outcome"]): boolean {
  if (attempted.kind === "status") return verdict === "answered";
  return attempted.failure.kind === "timeout" || attempted.failure.kind === "given-up";
}

/** In the words of the site file's `retry.on`, which cannot list every one. */
export const causeOf = (attempted: Attempted): string =>
  attempted.kind === "failure" ? attempted.failure.kind : String(attempted.status);

/** What Cloudflare and others send where the origin behind them does not answer. */
const is52x = (cause: string): boolean => /^5(?:2\d|30)$/.test(cause);

function isListed({ retryOn }: Pick<Pool, "retryOn">, cause: string): boolean {
  const listed: ReadonlySet<string> = retryOn;
  return listed.has(cause) || (listed.has("52x") && is52x(cause));
}
