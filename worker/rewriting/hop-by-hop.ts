// Fields that concern one connection only, and never pass the edge (RFC 9110 §7.6.1).

export const HOP_BY_HOP: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * Fields that `Connection` may not name. A client could otherwise have the edge strip what the origin's
 * access control or the message itself depends on (`Connection: close, Authorization`).
 */
const PROTECTED = new Set([
  "authorization",
  "cache-control",
  "cookie",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "date",
  "etag",
  "expires",
  "host",
  "last-modified",
  "origin",
  "range",
  "set-cookie",
  "vary",
]);

const PROTECTED_PREFIXES = ["x-forwarded-", "cf-", "sec-", "access-control-"];

/** Takes them away in place, with those that `Connection` names. */
export function removeHopByHop(headers: Headers): void {
  const connection = headers.get("connection");
  if (connection !== null) {
    for (const listed of connection.split(",")) {
      const name = listed.trim().toLowerCase();
      if (isFieldName(name) && !isProtected(name)) headers.delete(name);
    }
  }
  for (const name of HOP_BY_HOP) headers.delete(name);
}

const isFieldName = (name: string): boolean => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name);

const isProtected = (name: string): boolean =>
  PROTECTED.has(name) || PROTECTED_PREFIXES.some((prefix) => name.startsWith(prefix));
