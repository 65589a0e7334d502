// How is a host read, and under which patterns may a site for it be stored?
import { canonicalIpv6, isUnclearAddress } from "../../shared/address.ts";
import { remember } from "../../shared/remember.ts";
import { MAX_HOST_LENGTH, MAX_WILDCARD_LABELS } from "../../shared/site/hosts.ts";
import type { Asked } from "../message.ts";

export interface Authority {
  /** Lower case, without the port and without a trailing dot. */
  readonly host: string;
  /** `host`, with the port if it is not the default of the scheme. */
  readonly text: string;
}

const LABEL = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?";
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const MAX_NAME_LENGTH = 253; // RFC 1035 §2.3.4
const PORTS = { http: 80, https: 443 } as const;

/**
 * Reads a Host field (or X-Forwarded-Host). Anything other than a host and a port is refused: a slash, a question mark or an
 * @ in it is an attempt to pass off a path or another host.
 */
export const readAuthority = (text: string, scheme: "http" | "https"): Authority | undefined =>
  READ[scheme](text);

/** Enough for some hundred hosts. */
const AUTHORITY_CHARACTERS = 16_384;

const READ = {
  http: remember(AUTHORITY_CHARACTERS, (text) => authorityIn(text, "http")),
  https: remember(AUTHORITY_CHARACTERS, (text) => authorityIn(text, "https")),
};

function authorityIn(text: string, scheme: "http" | "https"): Authority | undefined {
  const [, name = "", digits = ""] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/s.exec(text.toLowerCase()) ?? [];
  const host = name.startsWith("[") ? bracketed(name) : withoutRootDot(name);
  if (host === undefined) return undefined;
  const port = digits === "" ? PORTS[scheme] : Number(digits);
  if (digits.length > 5 || port > 65_535 || port === 0) return undefined;
  return { host, text: port === PORTS[scheme] ? host : `${host}:${port}` };
}

function withoutRootDot(name: string): string | undefined {
  const host = name.endsWith(".") ? name.slice(0, -1) : name;
  const isName = host.length <= MAX_NAME_LENGTH && NAME.test(host);
  return isName && !isUnclearAddress(host) ? host : undefined; // an origin that sees this host would see another one
}

function bracketed(name: string): string | undefined {
  const address = canonicalIpv6(name.slice(1, -1));
  return address === undefined ? undefined : `[${address}]`;
}

export const withoutPort = (authority: string): string => authority.replace(/:\d+$/, "");

const IPV4 = /^(?:\d+\.){3}\d+$/;

/**
 * The patterns under which a site for this host may be stored, the most specific one first. `a.b.example.com` → itself,
 * `*.b.example.com`, `*.example.com`, `*.com`, `*`. A star stands for any number of labels. The number of reads is bounded
 * however many labels a made-up host has, because a site file may not hold a longer wildcard.
 */
export function* hostPatterns(host: string): Generator<string> {
  if (host.length <= MAX_HOST_LENGTH) yield* namesOf(host); // not a DNS name, and KV rejects so long a key
  yield "*";
}

/**
 * The host that the edge names to the client, without a port. What a trusted proxy calls it, if it is a host of the site: a proxy that
 * passes on X-Forwarded-Host as the client has sent it would make the edge send people anywhere.
 */
export function hostToName(
  { host, authority }: Pick<Asked, "host" | "authority">,
  hosts: readonly string[],
): string {
  const named = withoutPort(authority);
  if (named === host) return host;
  return [...hostPatterns(named)].some((pattern) => hosts.includes(pattern)) ? named : host;
}

/** Lazy: most hosts are found under their own name. */
function* namesOf(host: string): Generator<string> {
  yield host;
  if (IPV4.test(host)) return; // an IPv6 address has no dots
  const labels = host.split(".");
  for (let from = Math.max(1, labels.length - MAX_WILDCARD_LABELS); from < labels.length; from++) {
    yield `*.${labels.slice(from).join(".")}`;
  }
}
