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
  | { readonly kind: "failure"; readonly failure: OriginFailure }
  | { readonly kind: "status"; readonly status: number };

export type RetryRefusal =
  | "not-retryable"
  | "attempts-used-up"
  | "not-idempotent"
  | "body-not-kept"
  | "time-used-up"
  | "no-origin-left";

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
  /** An origin in service has not been tried yet. */
  readonly originLeft: boolean;
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
  return exchange.originLeft || cause === "connect" ? undefined : "no-origin-left";
}

/** Whether the method, the client's idempotency key or the route permits carrying it out twice. */
export function mayRepeat(
  exchange: Pick<RetryCandidate, "method" | "hasIdempotencyKey" | "routeAllows">,
): boolean {
  return IDEMPOTENT.has(exchange.method) || exchange.hasIdempotencyKey || exchange.routeAllows;
}

/** What the attempt says about the origin; undefined if it says nothing, as when the upload broke. */
export function verdictOn(
  pool: Pick<Pool, "retryOn" | "firstByteMs" | "totalMs">,
  attempted: Attempted,
): Ended["outcome"] {
  if (attempted.kind === "status") {
    return isListed(pool, causeOf(attempted)) ? "answered-badly" : "answered";
  }
  switch (attempted.failure.kind) {
    case "request-body-broken":
    case "request-body-stalled":
      return undefined;
    case "connect":
      return "failed";
    case "timeout": {
      if (attempted.failure.told !== undefined) return "failed";
      if (attempted.failure.duringUpload) return undefined; // perhaps it was the client that was slow
      // A retry near the end of the total time-out gives an origin too little time for a fair verdict.
      const usualMs = Math.min(pool.firstByteMs, pool.totalMs ?? Number.POSITIVE_INFINITY);
      return attempted.failure.afterMs >= usualMs / 2 ? "failed" : undefined;
    }
  }
}

/**
 * Whether the time that the attempt took says how fast its origin is. A refused connection and an error are quick, and an origin
 * must not attract requests by them. A time-out was at least as slow as it was long.
 */
export function tellsLatency(attempted: Attempted, verdict: Ended["outcome"]): boolean {
  return attempted.kind === "status" ? verdict === "answered" : attempted.failure.kind === "timeout";
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
