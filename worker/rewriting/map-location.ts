// Maps links that point at the origin to the edge. Links to other places are not changed.
import type { Asked } from "../message.ts";
import { withoutPort } from "../routing/authority.ts";

/** The URL by which the origin may name itself: `https://fra.example.net`, and a base path or "". */
export interface OriginPlace {
  readonly origin: string;
  readonly host: string;
  readonly basePath: string;
}

type PublicPlace = Pick<Asked, "scheme" | "authority">;

export function mapLocation(value: string, place: OriginPlace, asked: PublicPlace): string {
  if (/^(https?:)?\/\//i.test(value)) return mapAbsolute(value, place, asked);
  const path = withoutBase(value, place.basePath);
  // The rest may look like another host (`/base//evil.example`). An absolute URL rules that out.
  return path !== value && /^\/[/\\]/.test(path) ? `${asked.scheme}://${asked.authority}${path}` : path;
}

function mapAbsolute(value: string, place: OriginPlace, asked: PublicPlace): string {
  const url = URL.parse(value, place.origin);
  if (!url || url.host !== place.host || url.username !== "" || url.password !== "") return value;
  // Taken from the text, because `search` does not distinguish `/a?` from `/a`.
  const rest = withoutBase(url.href.slice(url.origin.length), place.basePath);
  // An origin that is reached over plain HTTP may redirect the client to https. Then the client should go there.
  if (!place.origin.startsWith(url.protocol) && url.protocol !== `${asked.scheme}:`)
    return `${url.protocol}//${withoutPort(asked.authority)}${rest}`;
  return `${asked.scheme}://${asked.authority}${rest}`;
}

export function withoutBase(path: string, basePath: string): string {
  if (basePath === "" || !path.startsWith(basePath)) return path;
  const rest = path.slice(basePath.length);
  if (rest === "" || /^[?#]/.test(rest)) return `/${rest}`;
  return rest.startsWith("/") ? rest : path;
}
