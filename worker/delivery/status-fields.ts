// The fields that tell what the edge did: Cache-Status (RFC 9211), Proxy-Status (RFC 9209) and Server-Timing.
import { type BareItem, serializeList, Token } from "structured-headers";
import { causeOf } from "../balancing/retry.ts";
import type { Attempt, Sending } from "../balancing/sending.ts";
import type { CacheOutcome } from "../caching/law/cache-outcome.ts";
import type { Outcome } from "../outcome.ts";
import type { Refusal } from "../refusal.ts";
import { EDGE_NAME } from "../rewriting/forwarded.ts";
import type { CompiledSite } from "../site.ts";
import { cacheWord } from "./log-record.ts";

/** The Cache-Status field (RFC 9211): what the cache did, and why it did not store. */
export function cacheStatus(outcome: CacheOutcome): string {
  let field = EDGE_NAME;
  if (outcome.kind === "hit") {
    field += `; hit; ttl=${outcome.ttlSeconds}`;
  } else if (outcome.kind === "forward") {
    field += `; fwd=${outcome.fwd}`;
    if (outcome.fwdStatus !== undefined) field += `; fwd-status=${outcome.fwdStatus}`;
    if (outcome.stored) field += "; stored";
    if (outcome.collapsed) field += "; collapsed";
  }
  if (outcome.detail !== undefined) field += `; detail=${outcome.detail}`;
  return field;
}

/** How much the fields tell the client. The log record always has all of it. */
export type Telling = CompiledSite["edgeFields"];

/**
 * The Proxy-Status field (RFC 9209): what failed on the way, and why it was not retried; the origins by name only if `full`.
 * Undefined if there is nothing to report: a single attempt that was answered.
 */
export function proxyStatus(
  refusal: Refusal | undefined,
  sending: Sending | undefined,
  telling: Telling,
): string | undefined {
  if (telling === "off") return undefined;
  const error = refusal ? errorType(refusal) : undefined;
  const attempts = sending?.attempts ?? [];
  if (error === undefined && attempts.length < 2 && sending?.stoppedBy === undefined) return undefined;

  const told = new Map<string, BareItem>();
  if (error !== undefined) told.set("error", new Token(error));
  const last = sending?.answeredBy ?? attempts.at(-1);
  if (last && telling === "full") told.set("next-hop", last.origin.id);
  if (last?.attempted.kind === "status") told.set("received-status", last.attempted.status);
  const details = detailsOf(attempts, sending?.stoppedBy, telling);
  if (details !== "") told.set("details", details);
  return serializeList([[new Token(EDGE_NAME), told]]);
}

/**
 * `fra: connect, iad: 503; no further attempt: not-idempotent`. Without the names: `2 attempts: connect, 503; no further
 * attempt: not-idempotent`.
 */
function detailsOf(attempts: readonly Attempt[], stoppedBy: Sending["stoppedBy"], telling: Telling): string {
  const tried = telling === "full" ? attempts.map(describeAttempt).join(", ") : describeUnnamed(attempts);
  const stopped = stoppedBy === undefined ? "" : `no further attempt: ${stoppedBy}`;
  return [tried, stopped].filter((part) => part !== "").join("; ");
}

const describeAttempt = ({ origin, attempted }: Attempt): string => `${origin.id}: ${causeOf(attempted)}`;

function describeUnnamed(attempts: readonly Attempt[]): string {
  const ends = attempts.map(({ attempted }) => causeOf(attempted)).join(", ");
  if (attempts.length === 0) return "";
  return attempts.length === 1 ? `1 attempt: ${ends}` : `${attempts.length} attempts: ${ends}`;
}

/**
 * The registered error types (RFC 9209 §2.3), the most accurate one for each refusal; undefined if the edge did nothing
 * on behalf of an origin. The runtime does not distinguish a refused connection, an unknown name and a lost connection,
 * nor does it say whether a silent origin was ever connected. Hence the two broad types.
 */
function errorType(refusal: Refusal): string | undefined {
  switch (refusal.reason) {
    case "site-off":
    case "maintenance":
    case "no-origin":
    case "origins-out":
    case "pinned-origin-out":
    case "breaker-open":
      return "destination_unavailable";
    case "origins-full":
    case "pool-full":
      return "connection_limit_reached";
    case "origin-unreachable":
      return "connection_terminated";
    case "origin-timeout":
      return "http_response_timeout";
    case "unasked-not-modified":
      return "http_protocol_error";
    case "loop":
      return "proxy_loop_detected";
    case "bad-host":
    case "bad-path-encoding":
    case "path-refused":
    case "path-rerouted":
    case "bad-target":
    case "unreadable-target":
    case "bad-field":
    case "bad-framing":
    case "transfer-coding-refused":
    case "body-refused":
    case "uri-too-long":
    case "headers-too-large":
    case "too-many-fields":
    case "body-too-large":
    case "content-type-refused":
    case "request-body-broken":
    case "request-body-stalled":
    case "purge-unreadable":
      return "http_request_error";
    case "access-denied":
    case "challenge-required":
    case "method-not-allowed":
    case "origin-refused":
    case "method-refused":
    case "destination-refused":
    case "purge-refused":
    case "too-many-requests":
    case "unauthenticated":
    case "login-failed":
    case "forbidden":
      return "http_request_denied";
    case "no-site":
    case "no-route":
    case "reserved-path":
      return "destination_not_found";
    case "site-invalid":
    case "challenge-unavailable":
    case "secret-missing":
    case "no-keeper":
      return "proxy_configuration_error";
    case "site-unavailable":
    case "bug":
    case "body-gone":
    case "keeper-unavailable":
    case "files-unavailable":
    case "limiter-unavailable":
    case "auth-unavailable":
      return "proxy_internal_error";
    case "no-file":
    case "not-cached":
      return undefined;
  }
}

/** The Server-Timing field, for the browser's network panel. Sent only if the site asks for it. */
export function serverTiming({ cache, sending }: Outcome, totalMs: number, telling: Telling): string {
  const entries = [`edge;dur=${totalMs}`];
  if (cache) entries.push(`cache;desc=${cacheWord(cache)}`);
  for (const { origin, ms } of sending?.attempts ?? [])
    entries.push(telling === "full" ? `origin;desc="${origin.id}";dur=${ms}` : `origin;dur=${ms}`);
  return entries.join(", ");
}
