// Maps the Domain and Path of an origin's cookie to the public host. With the origin's own host or base path, the
// client would refuse the cookie or never send it back. A parent domain of both hosts is left alone.
import type { Asked } from "../message.ts";
import { withoutPort } from "../routing/authority.ts";
import { type OriginPlace, withoutBase } from "./map-location.ts";

export function mapCookie(cookie: string, place: OriginPlace, asked: Pick<Asked, "authority">): string {
  const publicHost = withoutPort(asked.authority);
  return cookie
    .split(";")
    .map((part, at) => (at === 0 ? part : mapAttribute(part, place, publicHost)))
    .join(";");
}

/** RFC 6265 §5.2: the name ends at the first `=`, and white space around both does not count. */
function mapAttribute(attribute: string, place: OriginPlace, publicHost: string): string {
  const [name, ...rest] = attribute.split("=");
  const value = rest.join("=").trim();
  switch (name?.trim().toLowerCase()) {
    case "domain":
      return isOriginsOwn(value, place, publicHost) ? ` Domain=${publicHost}` : attribute;
    case "path": {
      const path = withoutBase(value, place.basePath);
      return path === value ? attribute : ` Path=${path}`;
    }
  }
  return attribute;
}

function isOriginsOwn(domain: string, place: OriginPlace, publicHost: string): boolean {
  const name = domain.replace(/^\./, "").toLowerCase();
  const covers = (host: string) => host === name || host.endsWith(`.${name}`);
  return name !== "" && covers(withoutPort(place.host)) && !covers(publicHost);
}
