// May this request be tried again, at another origin? A table of (failure × method). The runtime cannot tell a
// refused connection from one that broke after the request was sent, so "never sent" is never assumed:
// only what may safely be carried out twice is sent twice (RFC 9110 §9.2.2).
import type { RetryCause } from "../../shared/site/pool-schema.ts";
import type { OriginFailure } from "../ports.ts";
import type { Pool } from "./pool.ts";

const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY", "PROPFIND"]);

export type Attempted =
  | { readonly kind: "failure"; readonly failure: OriginFailure }
  | { readonly kind: "status"; readonly status: number };

export type RetryRefusal = "not-retryable" | "attempts-used-up" | "not-idempotent" | "body-not-kept";

export interface Exchange {
  readonly method: string;
  readonly hasIdempotencyKey: boolean;
  readonly routeAllows: boolean;
  /** The body is at hand once more, or there is none. */
  readonly bodyKept: boolean;
  readonly attempts: number;
}

/** Undefined where it may be retried, else why not. */
export function objectionToRetry(
  pool: Pool,
  attempted: Attempted,
  exchange: Exchange,
): RetryRefusal | undefined {
  const cause = causeOf(attempted);
  if (cause === undefined || !pool.retryOn.has(cause)) return "not-retryable";
  if (exchange.attempts >= pool.attempts) return "attempts-used-up";
  if (!mayRepeat(exchange)) return "not-idempotent";
  return exchange.bodyKept ? undefined : "body-not-kept";
}

/** Whether the method, the client's key or the route allows that it be carried out twice. */
export function mayRepeat(exchange: Pick<Exchange, "method" | "hasIdempotencyKey" | "routeAllows">): boolean {
  return IDEMPOTENT.has(exchange.method) || exchange.hasIdempotencyKey || exchange.routeAllows;
}

/** Whether what came back counts against the origin: a client that hung up does not. */
export function countsAgainstOrigin(attempted: Attempted): boolean {
  return attempted.kind === "failure" && attempted.failure.kind !== "client-gone";
}

function causeOf(attempted: Attempted): RetryCause | undefined {
  if (attempted.kind === "failure") {
    return attempted.failure.kind === "client-gone" ? undefined : attempted.failure.kind;
  }
  switch (attempted.status) {
    case 500:
    case 502:
    case 503:
    case 504:
      return `${attempted.status}`;
  }
  return undefined;
}
