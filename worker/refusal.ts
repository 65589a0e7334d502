// Every reason to refuse a request, and its status. The same word is used in the code, the log, the problem document,
// Cache-Status, Proxy-Status, the tests and the documentation. A new reason does not compile until it has a status and
// a sentence.
import type { PathOddity } from "../shared/site/schema.ts";

export type Refusal =
  | { readonly reason: "bad-host"; readonly host: string }
  | { readonly reason: "bad-path-encoding"; readonly at: string }
  | { readonly reason: "path-refused"; readonly oddity: PathOddity | "hidden-dots" | "overlong" }
  | { readonly reason: "path-rerouted" }
  | { readonly reason: "origin-refused" }
  | { readonly reason: "too-many-fields"; readonly maxFields: number }
  | { readonly reason: "body-too-large"; readonly maxBytes: number }
  | { readonly reason: "content-type-refused" }
  | { readonly reason: "bad-target" }
  | { readonly reason: "unreadable-target" }
  | { readonly reason: "uri-too-long"; readonly maxLength: number }
  | { readonly reason: "headers-too-large"; readonly maxBytes: number }
  | { readonly reason: "access-denied"; readonly rule: string }
  | { readonly reason: "challenge-required" }
  | { readonly reason: "challenge-unavailable" }
  | { readonly reason: "method-not-allowed" }
  | { readonly reason: "method-refused"; readonly method: string }
  | { readonly reason: "unauthenticated" }
  | { readonly reason: "login-failed" }
  | { readonly reason: "forbidden" }
  | { readonly reason: "auth-unavailable" }
  | { readonly reason: "no-site"; readonly host: string }
  | { readonly reason: "site-invalid"; readonly host: string }
  | { readonly reason: "site-unavailable"; readonly host: string }
  | { readonly reason: "no-route" }
  | { readonly reason: "no-file" }
  | { readonly reason: "files-unavailable" }
  | { readonly reason: "reserved-path" }
  | { readonly reason: "loop" }
  | { readonly reason: "not-cached" }
  | { readonly reason: "too-many-requests"; readonly limit: string; readonly retryAfterSeconds: number }
  | { readonly reason: "limiter-unavailable"; readonly limit: string }
  | { readonly reason: "secret-missing" }
  | { readonly reason: "site-off" }
  | { readonly reason: "maintenance"; readonly retryAfterSeconds: number }
  | { readonly reason: "no-origin"; readonly pool: string }
  | { readonly reason: "origins-out"; readonly pool: string }
  | { readonly reason: "pinned-origin-out"; readonly pool: string }
  | { readonly reason: "origins-full"; readonly pool: string }
  | { readonly reason: "pool-full"; readonly pool: string; readonly retryAfterSeconds: number }
  | { readonly reason: "breaker-open"; readonly pool: string; readonly retryAfterSeconds: number }
  | { readonly reason: "origin-unreachable"; readonly pool: string }
  | { readonly reason: "origin-timeout"; readonly pool: string; readonly afterMs: number }
  | { readonly reason: "unasked-not-modified"; readonly pool: string }
  | { readonly reason: "destination-refused" }
  | { readonly reason: "bad-field" }
  | { readonly reason: "bad-framing" }
  | { readonly reason: "transfer-coding-refused" }
  | { readonly reason: "body-refused"; readonly method: string }
  | { readonly reason: "request-body-broken" }
  | { readonly reason: "request-body-stalled" }
  | { readonly reason: "body-gone" }
  | { readonly reason: "purge-refused" }
  | { readonly reason: "purge-unreadable"; readonly because: string }
  | { readonly reason: "no-keeper" }
  | { readonly reason: "keeper-unavailable" }
  | { readonly reason: "bug" };

export type RefusalReason = Refusal["reason"];

/** The status on the wire. */
export function statusOf(refusal: Refusal): number {
  switch (refusal.reason) {
    case "bad-host":
    case "bad-path-encoding":
    case "path-refused":
    case "path-rerouted":
    case "bad-target":
    case "unreadable-target":
    case "bad-field":
    case "bad-framing":
    case "body-refused":
    case "login-failed":
    case "request-body-broken":
    case "purge-unreadable":
      return 400;
    case "unauthenticated":
      return 401;
    case "access-denied":
    case "challenge-required":
    case "destination-refused":
    case "forbidden":
    case "origin-refused":
    case "purge-refused":
      return 403;
    case "no-site":
    case "no-file":
    case "no-route":
    case "reserved-path":
      return 404;
    case "method-not-allowed":
      return 405;
    case "request-body-stalled":
      return 408;
    case "body-too-large":
      return 413;
    case "uri-too-long":
      return 414;
    case "content-type-refused":
      return 415;
    case "too-many-requests":
      return 429;
    case "headers-too-large":
    case "too-many-fields":
      return 431;
    case "bug":
    case "body-gone":
    case "site-invalid":
    case "secret-missing":
      return 500;
    case "method-refused":
    case "transfer-coding-refused": // RFC 9112 §6.1
    case "no-keeper":
      return 501;
    case "origin-unreachable":
    case "unasked-not-modified":
      return 502;
    case "site-off":
    case "maintenance":
    case "auth-unavailable":
    case "no-origin":
    case "origins-out":
    case "pinned-origin-out":
    case "origins-full":
    case "breaker-open":
    case "pool-full":
    case "site-unavailable":
    case "keeper-unavailable":
    case "challenge-unavailable":
    case "limiter-unavailable":
    case "files-unavailable":
      return 503;
    case "origin-timeout":
    case "not-cached":
      return 504; // RFC 9111 §5.2.1.7 for only-if-cached
    case "loop":
      return 508;
  }
}

/** Header fields that accompany the problem document (RFC 9110 §10.2.3). */
export function fieldsOf(refusal: Refusal): readonly (readonly [name: string, value: string])[] {
  if ("retryAfterSeconds" in refusal) return [["retry-after", String(refusal.retryAfterSeconds)]];
  if (refusal.reason === "origins-full") return [["retry-after", "1"]];
  return MAY_COME_BACK.has(refusal.reason) ? [["retry-after", "10"]] : [];
}

const MAY_COME_BACK: ReadonlySet<RefusalReason> = new Set([
  "auth-unavailable",
  "files-unavailable",
  "no-origin",
  "origins-out",
  "pinned-origin-out",
  "site-unavailable",
  "keeper-unavailable",
  "challenge-unavailable",
  "limiter-unavailable",
]);

/** One sentence for the client: what happened. It tells strangers nothing of how the edge is run (see `adviceOn`). */
export function explainRefusal(refusal: Refusal): string {
  switch (refusal.reason) {
    case "bad-host":
      return "The Host field does not name a host.";
    case "bad-path-encoding":
      return `The path has a percent sign that is not followed by two hexadecimal digits: ${refusal.at}`;
    case "path-refused":
      if (refusal.oddity === "hidden-dots")
        return "The path has a dot segment beside an encoded slash, a backslash or a semicolon. No route can allow that.";
      if (refusal.oddity === "overlong")
        return "The path spells a character in more bytes than UTF-8 does. No route can allow that.";
      return `The path has content that origins interpret differently (${refusal.oddity}).`;
    case "path-rerouted":
      return "The path has a dot segment or a double slash. The app in front of the edge has routed it as another path than an origin would see.";
    case "bad-target":
      return "The request target is not a path: `OPTIONS *` is not forwarded.";
    case "unreadable-target":
      return "The URL contains bytes that are not UTF-8, or an unescaped U+FFFD, so it cannot be told from other URLs. Percent-encode them.";
    case "destination-refused":
      return "The Destination is not a URL, or no route leads it to the same origins as the request itself.";
    case "too-many-fields":
      return `The request has more than ${refusal.maxFields} header fields.`;
    case "body-too-large":
      return `The body of the request is larger than ${refusal.maxBytes} bytes.`;
    case "content-type-refused":
      return "The body of the request has no media type that is taken here, or more than one.";
    case "origin-refused":
      return "Pages of this origin may not use what is served here (CORS).";
    case "bad-field":
      return "A header field holds a control character.";
    case "bad-framing":
      return "Content-Length and Transfer-Encoding do not say where the body of the request ends.";
    case "transfer-coding-refused":
      return "The body of the request has a transfer coding other than chunked, which the edge does not decode.";
    case "body-refused":
      return `A ${refusal.method} request with a body is not forwarded (RFC 9110 §9.3.1): use POST or QUERY.`;
    case "request-body-broken":
      return "The request's body ended before it was complete.";
    case "request-body-stalled":
      return "Too much time passed without any further byte of the request's body.";
    case "body-gone":
      return "The app in front of the edge has read the body of the request, so it cannot be sent to an origin.";
    case "unauthenticated":
      return "The request does not prove who sends it.";
    case "login-failed":
      return "The login could not be finished. Go back to the page and begin again.";
    case "forbidden":
      return "Who sends the request may not have what it asks for.";
    case "auth-unavailable":
      return "It cannot be found out just now who sends the request.";
    case "no-site":
      return `No site is served under the name ${refusal.host}.`;
    case "no-route":
      return "Nothing is served under this path.";
    case "no-file":
      return "There is no page or file under this path.";
    case "files-unavailable":
      return "The files cannot be read just now.";
    case "reserved-path":
      return "This path belongs to the edge itself, and no site answers there.";
    case "uri-too-long":
      return `The URL is longer than ${refusal.maxLength} characters.`;
    case "headers-too-large":
      return `The header fields are larger than ${refusal.maxBytes} bytes in total.`;
    case "bug":
      return "The edge failed because of a bug. Find it in the log by the request id.";
    case "site-invalid":
      return `The configuration stored for ${refusal.host} is invalid, and there is no earlier one to fall back on.`;
    case "access-denied":
      return "You may not come in here.";
    case "challenge-required":
      return "Only browsers that have solved the task of this site get in. Open the page in a browser.";
    case "challenge-unavailable":
      return "The edge can give no task just now, so nobody gets in.";
    case "method-not-allowed":
      return "The method is not allowed here. Allow names those that are.";
    case "method-refused":
      return `The edge does not forward ${refusal.method}.`;
    case "origin-unreachable":
      return "No origin could be reached, or the connection to it broke before it answered.";
    case "unasked-not-modified":
      return "The origin answered 304 (Not Modified) to a request without conditions, so it sent no content.";
    case "too-many-requests":
      return "This client has sent more requests than the site allows. Try again when Retry-After has passed.";
    case "limiter-unavailable":
      return "It cannot be told just now how many requests this client has sent.";
    case "secret-missing":
      return "The edge lacks a secret that this part of the site needs. Its log says which.";
    case "site-off":
      return "The site is switched off.";
    case "maintenance":
      return "The site is being worked on.";
    case "no-origin":
      return "No origin of the pool is in service.";
    case "origins-out":
      return "No origin of the pool can be reached just now.";
    case "pinned-origin-out":
      return "The origin that holds this client's session is out of service just now.";
    case "origins-full":
      return "Every origin has as many requests under way as the site allows. Try again in a moment.";
    case "pool-full":
      return "As many requests are under way as the site allows. Try again in a moment.";
    case "breaker-open":
      return "Most requests have failed lately, so none is sent for a while.";
    case "site-unavailable":
      return `The configuration for ${refusal.host} cannot be read just now.`;
    case "origin-timeout":
      return `The origin did not answer within ${refusal.afterMs} ms.`;
    case "not-cached":
      return "The request asks for a stored response only (only-if-cached), and none may be used.";
    case "purge-refused":
      return "The request may not purge.";
    case "purge-unreadable":
      return `Nothing is purged: ${refusal.because}.`;
    case "no-keeper":
      return "The edge has no keeper that could be told.";
    case "keeper-unavailable":
      return "The keeper of the site did not answer. Send the request again.";
    case "loop":
      return "The request has passed through this edge before (CDN-Loop): an origin of the site leads back to it.";
  }
}

/** For who runs the edge, in `headgate explain`: what to do about it. Undefined if the sentence says enough. */
export function adviceOn(refusal: Refusal): string | undefined {
  switch (refusal.reason) {
    case "no-site":
      return "Add a site file that names the host under hosts, then run: headgate push FILE --remote";
    case "path-refused":
      return refusal.oddity === "hidden-dots" || refusal.oddity === "overlong"
        ? undefined
        : "A route must allow it by name in allowInPath.";
    case "access-denied":
      return `${refusal.rule}.`;
    default:
      return undefined;
  }
}
