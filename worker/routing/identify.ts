// Who sent the request, as this site sees it? A trusted proxy may name the client, the scheme, the host and the
// request id. From anyone else these fields are not believed (RFC 7239 §8.1).
import type { Asked } from "../message.ts";
import type { AddressSet } from "./address-set.ts";
import { mergeSlashes } from "./canonical-target.ts";
import { type Claims, claimsOf, type TrustedFields } from "./forwarding-claims.ts";
import { readAuthority } from "./hosts.ts";

export interface SiteView {
  readonly trustedProxies: AddressSet | null;
  readonly trustedFields?: TrustedFields;
  readonly mergesSlashes: boolean;
}

export function asSiteSees(asked: Asked, site: SiteView): Asked {
  const path = site.mergesSlashes ? mergeSlashes(asked.path) : asked.path;
  const trusted = site.trustedProxies;
  if (!trusted?.has(asked.peer.ip)) return path === asked.path ? asked : { ...asked, path };

  const claims = claimsOf(asked.headers, site.trustedFields);
  const { hops, told } = hopsFrom(claims, asked.peer.ip, trusted);
  const [ip = asked.peer.ip] = hops;
  const scheme = nearestTheClient(claims.schemes, told) ?? asked.scheme;
  const host = nearestTheClient(claims.hosts, told) ?? asked.authority;
  const authority = readAuthority(host, scheme)?.text ?? asked.authority;
  return {
    ...asked,
    path,
    scheme,
    authority,
    hops,
    client: ip === asked.peer.ip ? asked.peer : { ip, country: undefined },
    throughTrustedProxy: site.trustedFields !== "forwarded",
    requestId: claims.requestId,
  };
}

/**
 * From the client to the peer. The client is the address nearest to us that is not a trusted proxy. Everything left of
 * it was written by someone we have no reason to believe, and is dropped. `told` is the number of trusted proxies that
 * could report on the request: the last that many members of a list are theirs.
 */
function hopsFrom(claims: Claims, peerIp: string, trusted: AddressSet): { hops: string[]; told: number } {
  const hops = [peerIp];
  let told = 1;
  for (const ip of claims.chain.toReversed()) {
    if (ip === undefined) break; // `unknown`, an obfuscated name or garbage: the chain ends here
    hops.unshift(ip);
    if (!trusted.has(ip)) break;
    told++;
  }
  return { hops, told };
}

/** Of the reports of trusted proxies: the first proxy met the client, the others met a proxy. */
function nearestTheClient<T>(list: readonly (T | undefined)[], told: number): T | undefined {
  return list.slice(-told).find((one) => one !== undefined);
}
