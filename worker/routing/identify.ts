// Who asks, as this site sees it? A trusted proxy in front of the edge may name the client and the scheme;
// from anyone else these fields are a lie until proven (RFC 7239 §8.1).
import type { Asked, Peer } from "../message.ts";
import { mergeSlashes } from "./canonical-path.ts";
import type { AddressSet } from "./address-set.ts";

export interface SiteView {
  readonly trustedProxies: AddressSet | null;
  readonly mergesSlashes: boolean;
}

export function asSiteSees(asked: Asked, site: SiteView): Asked {
  const path = site.mergesSlashes ? mergeSlashes(asked.path) : asked.path;
  const trusted = site.trustedProxies;
  if (!trusted?.has(asked.peer.ip)) return path === asked.path ? asked : { ...asked, path };
  return {
    ...asked,
    path,
    client: clientBehind(asked, trusted),
    scheme: asked.headers.get("x-forwarded-proto")?.trim().toLowerCase() === "https" ? "https" : asked.scheme,
  };
}

/** The nearest address to us that is no trusted proxy: everything left of it can be made up. */
function clientBehind(asked: Asked, trusted: AddressSet): Peer {
  const hops = (asked.headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  for (const hop of hops.reverse()) {
    const ip = bareAddress(hop);
    if (ip === undefined) break;
    if (!trusted.has(ip)) return { ip, country: undefined };
  }
  return asked.peer;
}

/** Some proxies write a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function bareAddress(hop: string): string | undefined {
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::\d+)?$/.exec(hop);
  if (bracketed) return bracketed[1];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop);
  const bare = withPort?.[1] ?? hop;
  return /^[0-9a-fA-F:.]+$/.test(bare) && /[.:]/.test(bare) ? bare : undefined;
}
