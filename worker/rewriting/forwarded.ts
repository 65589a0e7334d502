// Who asked, and through whom: X-Forwarded-*, Forwarded (RFC 7239), Via (RFC 9110 §7.6.3) and CDN-Loop (RFC 8586).
// What arrives is dropped unless a trusted proxy sent it: an origin believes these fields.
import type { Asked } from "../message.ts";

/** How the edge is called in Via and CDN-Loop. */
export const EDGE_NAME = "headgate";

/**
 * Fields by which clients tell frameworks another address, path or method than the one that we matched and
 * keyed by. Never forwarded: a poisoned cache and a sidestepped route begin with one of these.
 */
const CLAIMS: readonly string[] = [
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "cf-ipcountry",
  "cf-ray",
  "cf-visitor",
  "cf-worker",
  "client-ip",
  "fastly-client-ip",
  "forwarded",
  "front-end-https",
  "true-client-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-path",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-forwarded-scheme",
  "x-forwarded-server",
  "x-forwarded-ssl",
  "x-host",
  "x-http-host-override",
  "x-original-host",
  "x-original-url",
  "x-original-uri",
  "x-override-url",
  "x-real-ip",
  "x-rewrite-url",
  "x-url-scheme",
];

const METHOD_OVERRIDES: readonly string[] = ["x-http-method", "x-http-method-override", "x-method-override"];

export function setForwarded(headers: Headers, asked: Asked, siteName: string): void {
  const peerIsTrusted = asked.client !== asked.peer;
  const earlierFor = peerIsTrusted ? headers.get("x-forwarded-for") : null;
  const earlierForwarded = peerIsTrusted ? headers.get("forwarded") : null;
  for (const name of CLAIMS) headers.delete(name);
  if (asked.method === "GET" || asked.method === "HEAD")
    for (const name of METHOD_OVERRIDES) headers.delete(name);

  headers.set("x-forwarded-for", join(earlierFor, asked.peer.ip));
  headers.set("x-forwarded-host", asked.authority);
  headers.set("x-forwarded-proto", asked.scheme);
  headers.set("forwarded", join(earlierForwarded, forwardedElement(asked)));
  headers.append("via", `1.1 ${EDGE_NAME}`);
  headers.append("cdn-loop", loopToken(siteName));
}

/** Has this request passed through this site before? (RFC 8586 §2) */
export function isLoop(asked: Asked, siteName: string): boolean {
  const seen = asked.headers.get("cdn-loop");
  if (seen === null) return false;
  const own = loopToken(siteName);
  return seen.split(",").some((token) => token.trim() === own);
}

/** With the site, so that one Headgate may stand behind another on purpose. */
const loopToken = (siteName: string): string => `${EDGE_NAME};site="${siteName}"`;

/** RFC 7239 §4 and §6: an IPv6 address is bracketed, and what is no token is quoted. */
function forwardedElement(asked: Asked): string {
  const ip = asked.peer.ip;
  const node = ip.includes(":") ? `"[${ip}]"` : ip;
  const host = asked.authority.includes(":") ? `"${asked.authority}"` : asked.authority;
  return `for=${node};host=${host};proto=${asked.scheme}`;
}

const join = (earlier: string | null, own: string): string => (earlier === null ? own : `${earlier}, ${own}`);
