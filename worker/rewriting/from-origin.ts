// What of an origin's answer concerns the origin alone, and how its links lead back to the public host.
import type { Asked, Reply } from "../message.ts";
import type { OriginReply } from "../ports.ts";
import { removeHopByHop } from "./hop-by-hop.ts";

/** Where the origin stands, as it may name itself: `https://fra.example.net`, and a base path or "". */
export interface OriginPlace {
  readonly origin: string;
  readonly host: string;
  readonly basePath: string;
}

/** The origin's answer as the edge's own: nothing of the connection to the origin is left in it. */
export function fromOrigin(received: OriginReply, place: OriginPlace, asked: Asked): Reply {
  const { status, statusText, headers, body, webSocket } = received;
  removeHopByHop(headers);
  mapBack(headers, place, asked);
  return { status, statusText, headers, body, webSocket };
}

/**
 * Location and Content-Location that point at the origin itself point at the edge afterwards, and cookies for
 * the origin's domain are cookies for the public host. Links to elsewhere stay.
 */
export function mapBack(headers: Headers, place: OriginPlace, asked: Asked): void {
  for (const name of ["location", "content-location"]) {
    const value = headers.get(name);
    const mapped = value === null ? null : mapLocation(value, place, asked);
    if (mapped !== null && mapped !== value) headers.set(name, mapped);
  }
  const cookies = headers.has("set-cookie") ? headers.getSetCookie() : [];
  if (cookies.some((cookie) => /;\s*domain=/i.test(cookie))) {
    headers.delete("set-cookie");
    for (const cookie of cookies) headers.append("set-cookie", mapCookie(cookie, place, asked));
  }
}

function mapLocation(value: string, place: OriginPlace, asked: Asked): string {
  const absolute = /^(https?:)?\/\/([^/?#]*)(.*)$/is.exec(value);
  if (absolute) {
    const [, , authority = "", rest = ""] = absolute;
    if (authority.toLowerCase() !== place.host) return value;
    return `${asked.scheme}://${asked.authority}${withoutBase(rest === "" ? "/" : rest, place.basePath)}`;
  }
  return value.startsWith("/") ? withoutBase(value, place.basePath) : value;
}

function withoutBase(path: string, basePath: string): string {
  if (basePath === "" || !path.startsWith(basePath)) return path;
  const rest = path.slice(basePath.length);
  return /^(?:[/?#]|$)/.test(rest) ? rest || "/" : path;
}

/** A cookie for the origin's own host would be refused by the browser; one for a parent domain of both is left. */
function mapCookie(cookie: string, place: OriginPlace, asked: Asked): string {
  const hostName = place.host.replace(/:\d+$/, "");
  return cookie.replace(/;\s*domain=\.?([^;]*)/i, (attribute, domain: string) => {
    const name = domain.trim().toLowerCase();
    const names = name === hostName || hostName.endsWith(`.${name}`);
    const coversPublicHost = asked.host === name || asked.host.endsWith(`.${name}`);
    if (!names || coversPublicHost) return attribute;
    return `; Domain=${asked.host}`;
  });
}
