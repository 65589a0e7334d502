// Reads a Host field (or X-Forwarded-Host). Anything other than a host and a port is refused: a slash, a question mark
// or an @ in it is an attempt to pass off a path or another host.
import { canonicalIpv6 } from "../../shared/address.ts";

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

export function readAuthority(text: string, scheme: "http" | "https"): Authority | undefined {
  const [, name = "", digits = ""] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/s.exec(text.toLowerCase()) ?? [];
  const host = name.startsWith("[") ? bracketed(name) : withoutRootDot(name);
  if (host === undefined) return undefined;
  const port = digits === "" ? PORTS[scheme] : Number(digits);
  if (digits.length > 5 || port > 65_535 || port === 0) return undefined;
  return { host, text: port === PORTS[scheme] ? host : `${host}:${port}` };
}

function withoutRootDot(name: string): string | undefined {
  const host = name.endsWith(".") ? name.slice(0, -1) : name;
  return host.length <= MAX_NAME_LENGTH && NAME.test(host) ? host : undefined;
}

function bracketed(name: string): string | undefined {
  const address = canonicalIpv6(name.slice(1, -1));
  return address === undefined ? undefined : `[${address}]`;
}

export const withoutPort = (authority: string): string => authority.replace(/:\d+$/, "");
