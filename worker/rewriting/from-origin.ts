// Removes from an origin's response what concerns only that connection, and maps its links and cookies to the public host.
import type { SeenAs } from "../../shared/site/endpoint.ts";
import { isUnreadable } from "../../shared/unreadable.ts";
import type { Asked, Reply } from "../message.ts";
import type { OriginReply } from "../ports.ts";
import { withoutPort } from "../routing/hosts.ts";
import { removeHopByHop } from "./hop-by-hop.ts";
import { cookiePathUnderBase, urlUnderBase } from "./mounted.ts";
import { inLinks, inRefresh } from "./urls-in-fields.ts";

/**
 * The origin's response as the edge's own. Nothing about the connection to the origin remains in it. `base`: the path under which
 * the origin is shown, or "".
 */
export function fromOrigin(received: OriginReply, place: OriginPlace, asked: Asked, base = ""): Reply {
  const { headers } = received;
  removeHopByHop(headers);
  // RFC 6797 §7.2. The cache key distinguishes http from https, so clients that use https are not affected.
  if (asked.scheme !== "https") headers.delete("strict-transport-security");
  mapBack(headers, place, asked, base);
  return { ...received };
}

type InField = (value: string, map: (url: string) => string) => string;

/** The fields that hold URLs for the client, and where in them. */
const HOLDING_URLS: readonly (readonly [name: string, within: InField])[] = [
  ["location", (url, map) => map(url)],
  ["content-location", (url, map) => map(url)],
  ["refresh", inRefresh],
  ["link", inLinks],
];

/**
 * URLs that point to the origin are changed to point to the edge, and cookies likewise. A field that cannot be decoded stays as
 * it came: rewriting it would change its bytes.
 */
export function mapBack(headers: Headers, place: OriginPlace, asked: Asked, base = ""): void {
  const map = (url: string) => urlUnderBase(mapLocation(url, place, asked), base, asked);
  for (const [name, within] of HOLDING_URLS) {
    const value = headers.get(name);
    if (value !== null && !isUnreadable(value)) headers.set(name, within(value, map));
  }
  const cookies = headers.getSetCookie();
  if (cookies.some(isUnreadable)) return; // cookies cannot be replaced one at a time
  const mapped = cookies.map((cookie) => mapCookie(cookie, place, asked, base));
  if (mapped.every((cookie, index) => cookie === cookies[index])) return;
  headers.delete("set-cookie");
  for (const cookie of mapped) headers.append("set-cookie", cookie);
}

/** The URLs by which the origin may name itself: `https://fra.example.net`, and a base path or "". */
export interface OriginPlace {
  readonly origin: string;
  readonly host: string;
  readonly basePath: string;
  /** The Host that it sees, if that is not `host`. */
  readonly seenAs?: SeenAs;
}

/** The Host that the origin sees. */
export function authorityAt({ host, seenAs }: OriginPlace, publicAuthority: string): string {
  if (!seenAs) return host;
  return seenAs === "keep" ? publicAuthority : seenAs.name;
}

/** The URL that the origin sees, up to the target of a request. */
export function urlAt(place: OriginPlace, publicAuthority: string): string {
  const { origin, basePath, host } = place;
  const scheme = origin.slice(0, origin.length - host.length);
  return `${scheme}${authorityAt(place, publicAuthority)}${basePath}`;
}

type PublicPlace = Pick<Asked, "scheme" | "authority">;

/** Maps links that point at the origin to the edge. Links to other places are not changed. */
export function mapLocation(value: string, place: OriginPlace, asked: PublicPlace): string {
  if (/^(https?:)?\/\//i.test(value)) return mapAbsolute(value, place, asked);
  const path = withoutBase(value, place.basePath);
  // The rest may look like another host (`/base//evil.example`). An absolute URL rules that out.
  return path !== value && /^\/[/\\]/.test(path) ? `${asked.scheme}://${asked.authority}${path}` : path;
}

function mapAbsolute(value: string, place: OriginPlace, asked: PublicPlace): string {
  const url = URL.parse(value, place.origin);
  if (!url || !isNamed(url.host, place, asked) || url.username !== "" || url.password !== "") return value;
  // Taken from the text, because `search` does not distinguish `/a?` from `/a`.
  const rest = withoutBase(url.href.slice(url.origin.length), place.basePath);
  // An origin that is reached over plain HTTP may redirect the client to https. Then the client should go there.
  if (!place.origin.startsWith(url.protocol) && url.protocol !== `${asked.scheme}:`)
    return `${url.protocol}//${withoutPort(asked.authority)}${rest}`;
  return `${asked.scheme}://${asked.authority}${rest}`;
}

/** By the host of its URL, or by the one that it sees. */
const isNamed = (host: string, place: OriginPlace, { authority }: PublicPlace): boolean =>
  host === place.host || host === authorityAt(place, authority);

function withoutBase(path: string, basePath: string): string {
  if (basePath === "" || !path.startsWith(basePath)) return path;
  const rest = path.slice(basePath.length);
  if (rest === "" || /^[?#]/.test(rest)) return `/${rest}`;
  return rest.startsWith("/") ? rest : path;
}

/**
 * Maps the Domain and Path of an origin's cookie to the public host. With the origin's own host or base path, the client
 * would refuse the cookie or never send it back. A parent domain of both hosts is left alone.
 */
export function mapCookie(
  cookie: string,
  place: OriginPlace,
  asked: Pick<Asked, "authority">,
  base = "",
): string {
  const publicHost = withoutPort(asked.authority);
  // Such a cookie has to have the path `/`, or the browser refuses it (RFC 6265bis §4.1.3.2).
  const cookieBase = /^\s*__host-/i.test(cookie) ? "" : base;
  return cookie
    .split(";")
    .map((part, at) => (at === 0 ? part : mapAttribute(part, place, publicHost, cookieBase)))
    .join(";");
}

/** RFC 6265 §5.2: the name ends at the first `=`, and white space around both does not count. */
function mapAttribute(attribute: string, place: OriginPlace, publicHost: string, base: string): string {
  const [name, ...rest] = attribute.split("=");
  const value = rest.join("=").trim();
  switch (name?.trim().toLowerCase()) {
    case "domain":
      return isOriginsOwn(value, place, publicHost) ? ` Domain=${publicHost}` : attribute;
    case "path": {
      const path = cookiePathUnderBase(withoutBase(value, place.basePath), base);
      return path === value ? attribute : ` Path=${path}`;
    }
  }
  return attribute;
}

function isOriginsOwn(domain: string, place: OriginPlace, publicHost: string): boolean {
  const name = domain.replace(/^\./, "").toLowerCase();
  const covers = (host: string) => host === name || host.endsWith(`.${name}`);
  const isOrigins = covers(withoutPort(place.host)) || covers(withoutPort(authorityAt(place, publicHost)));
  return name !== "" && isOrigins && !covers(publicHost);
}

/**
 * Makes an origin's reason phrase acceptable to the runtime's Response, which throws at a tab. HTTP allows tabs and bytes
 * beyond ASCII in it (RFC 9112 §4). Clients ignore the phrase, so nothing depends on it.
 */
export function reasonPhrase(received: string): string {
  const spaced = received.replaceAll("\t", " ");
  return /[^ -~]/.test(spaced) ? "" : spaced;
}
