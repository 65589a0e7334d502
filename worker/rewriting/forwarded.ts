// X-Forwarded-*, Forwarded (RFC 7239), Via (RFC 9110 §7.6.3) and CDN-Loop (RFC 8586). They are written from what the
// edge knows for certain, because origins trust these fields, whichever end of a list they read.
import type { Asked } from "../message.ts";

/** The name of the edge in Via and CDN-Loop. */
export const EDGE_NAME = "headgate";

/** Marks the copy of a request that another pool gets. It is removed from what a client sends. */
export const MIRROR_FIELD = "x-headgate-mirror";

export function setForwarded(headers: Headers, asked: Asked, loopToken: string): void {
  const hops = asked.hops ?? [asked.peer.ip];
  headers.set("x-forwarded-for", hops.join(", "));
  headers.set("x-forwarded-host", asked.authority);
  headers.set("x-forwarded-proto", asked.scheme);
  headers.set("forwarded", forwarded(hops, asked));
  headers.append("via", `1.1 ${EDGE_NAME}`);
  headers.append("cdn-loop", loopToken);
}

/**
 * Where the origin is mounted, in the field by which Traefik, Envoy and Spring tell it. What is in it by now comes from a trusted proxy,
 * under whose own prefix the edge is.
 */
export function setPrefix(headers: Headers, base: string): void {
  const before = headers.get("x-forwarded-prefix") ?? "";
  headers.set("x-forwarded-prefix", before.replace(/\/$/, "") + base);
}

/** Has this request passed through this site before? (RFC 8586 §2) */
export function isLoop(asked: Asked, loopToken: string): boolean {
  const seen = asked.headers.get("cdn-loop");
  if (seen === null) return false;
  // An intermediary may have added white space around the parameters.
  return seen.split(",").some((token) => token.replace(/\s/g, "").toLowerCase() === loopToken);
}

/**
 * Includes the site, so that one Headgate may deliberately stand behind another. Many deployments have a site called
 * `*`. For that site the version, which all isolates of a deployment share, tells them apart. While one version
 * replaces another, a loop may go round once more at most.
 */
export function loopTokenOf(siteName: string, version: string): string {
  const which = siteName.includes("*") ? `;version="${version.toLowerCase()}"` : "";
  return `${EDGE_NAME};site="${siteName}"${which}`;
}

/** RFC 7239 §4: one element per hop. The first, which met the client, gives the host and the scheme. */
function forwarded(hops: readonly string[], { authority, scheme }: Asked): string {
  const host = /[^A-Za-z0-9._-]/.test(authority) ? `"${authority}"` : authority;
  const asFirst = `;host=${host};proto=${scheme}`;
  return hops.map((ip, at) => `for=${node(ip)}${at === 0 ? asFirst : ""}`).join(", ");
}

/** RFC 7239 §6: an IPv6 address is in brackets and quotes. */
const node = (ip: string): string => (ip.includes(":") ? `"[${ip}]"` : ip);
