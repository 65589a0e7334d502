// The Proxy-Status field (RFC 9209): which origin was asked, what failed on the way, and why it was not retried.
import type { Attempt, Sending } from "../balancing/send.ts";
import type { Refusal } from "../refusal.ts";
import { EDGE_NAME } from "../rewriting/forwarded.ts";

/** Undefined where there is nothing to tell: one attempt, and it was answered. */
export function proxyStatus(refusal: Refusal | undefined, sending: Sending | undefined): string | undefined {
  const error = refusal ? errorType(refusal) : undefined;
  const attempts = sending?.attempts ?? [];
  if (error === undefined && attempts.length < 2 && sending?.stoppedBy === undefined) return undefined;

  let field = EDGE_NAME;
  if (error !== undefined) field += `; error=${error}`;
  const last = attempts.at(-1);
  if (last) field += `; next-hop="${last.origin.id}"`;
  if (last?.attempted.kind === "status") field += `; received-status=${last.attempted.status}`;
  const details = attempts.slice(0, error === undefined ? -1 : undefined).map(describeAttempt);
  if (sending?.stoppedBy) details.push(`no further attempt: ${sending.stoppedBy}`);
  if (details.length > 0) field += `; details="${details.join(", ")}"`;
  return field;
}

const describeAttempt = ({ origin, attempted }: Attempt): string =>
  `${origin.id}: ${attempted.kind === "status" ? attempted.status : attempted.failure.kind}`;

/** The registered error types of RFC 9209 §2.3; undefined where the refusal is no proxy's. */
function errorType(refusal: Refusal): string | undefined {
  switch (refusal.reason) {
    case "no-origin":
      return "destination_unavailable";
    case "origin-unreachable":
      return "connection_terminated";
    case "origin-timeout":
      return "connection_read_timeout";
    case "loop":
      return "proxy_loop_detected";
    case "bad-host":
    case "bad-path-encoding":
    case "path-refused":
    case "uri-too-long":
    case "headers-too-large":
    case "request-body-broken":
      return "http_request_error";
    case "method-refused":
      return "http_request_denied";
    case "no-site":
    case "no-route":
      return "destination_not_found";
    case "bug":
      return "proxy_internal_error";
    case "site-invalid":
    case "site-unavailable":
      return "proxy_configuration_error";
    case "client-gone":
    case "not-cached":
      return undefined;
  }
}
