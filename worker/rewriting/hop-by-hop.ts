// Fields that concern a single connection and are never forwarded (RFC 9110 §7.6.1).

export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings", // with Upgrade, asks for a tunnel that would bypass every check made here
]);

/**
 * Fields that `Connection` may not name. A client could otherwise make the edge strip fields that the origin's access
 * control or the message itself depends on (`Connection: close, Authorization`), and an origin could strip the fields
 * that keep its response private. None of these is ever meant for a single hop.
 */
const PROTECTED = new Set([
  "age",
  "authorization",
  "cache-control",
  "cdn-loop",
  "content-disposition",
  "content-encoding",
  "content-length",
  "content-location",
  "content-range",
  "content-security-policy",
  "content-type",
  "cookie",
  "date",
  "etag",
  "expires",
  "forwarded",
  "host",
  "last-modified",
  "location",
  "origin",
  "pragma",
  "range",
  "referer",
  "set-cookie",
  "strict-transport-security",
  "surrogate-control",
  "traceparent",
  "tracestate",
  "vary",
  "via",
  "www-authenticate",
  "x-request-id",
]);

const PROTECTED_PREFIXES = ["x-forwarded-", "cf-", "sec-", "access-control-"];
const PROTECTED_SUFFIX = "cdn-cache-control"; // also covers targeted fields such as `Cloudflare-CDN-Cache-Control`

/** For responses. Fields that occur only in requests are left out, because each look-up has a cost. */
const IN_ANSWERS = [...HOP_BY_HOP].filter(
  (name) => name !== "http2-settings" && name !== "proxy-authorization",
);

/** Removes them from a response in place, together with those that `Connection` names. */
export function removeHopByHop(headers: Headers): void {
  removeListed(headers);
  for (const name of IN_ANSWERS) headers.delete(name);
}

/** What nearly every origin says. It names no field but Keep-Alive, which is never forwarded in any case. */
const NAMES_NOTHING_ELSE = new Set(["keep-alive", "Keep-Alive", "close"]);

/** Removes in place the fields that `Connection` names. */
export function removeListed(headers: Headers): void {
  const connection = headers.get("connection");
  if (connection === null || NAMES_NOTHING_ELSE.has(connection)) return;
  for (const listed of connection.split(",")) {
    const name = listed.trim().toLowerCase();
    if (isFieldName(name) && !isProtected(name)) headers.delete(name);
  }
}

const isFieldName = (name: string): boolean => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name);

const isProtected = (name: string): boolean =>
  PROTECTED.has(name) ||
  name.endsWith(PROTECTED_SUFFIX) ||
  PROTECTED_PREFIXES.some((prefix) => name.startsWith(prefix));
