// Removes from an origin's response what concerns only that connection, and maps its links to the public host.
import { isUnreadable } from "../../shared/unreadable.ts";
import type { Asked, Reply } from "../message.ts";
import type { OriginReply } from "../ports.ts";
import { removeHopByHop } from "./hop-by-hop.ts";
import { mapCookie } from "./map-cookie.ts";
import { mapLocation, type OriginPlace } from "./map-location.ts";

/** The origin's response as the edge's own. Nothing about the connection to the origin remains in it. */
export function fromOrigin(received: OriginReply, place: OriginPlace, asked: Asked): Reply {
  const { headers } = received;
  removeHopByHop(headers);
  // RFC 6797 §7.2. The cache key distinguishes http from https, so clients that use https are not affected.
  if (asked.scheme !== "https") headers.delete("strict-transport-security");
  mapBack(headers, place, asked);
  return { ...received };
}

/**
 * Location and Content-Location that point to the origin are changed to point to the edge, and cookies likewise. A
 * field that cannot be decoded stays as it came: rewriting it would change its bytes.
 */
export function mapBack(headers: Headers, place: OriginPlace, asked: Asked): void {
  for (const name of ["location", "content-location"]) {
    const value = headers.get(name);
    if (value !== null && !isUnreadable(value)) headers.set(name, mapLocation(value, place, asked));
  }
  const cookies = headers.getSetCookie();
  if (cookies.some(isUnreadable)) return; // cookies cannot be replaced one at a time
  const mapped = cookies.map((cookie) => mapCookie(cookie, place, asked));
  if (mapped.every((cookie, index) => cookie === cookies[index])) return;
  headers.delete("set-cookie");
  for (const cookie of mapped) headers.append("set-cookie", cookie);
}
