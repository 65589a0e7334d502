// What tells the responses of a route behind authentication apart in the cache: everything of the client that an origin gets to see.
// A response is then found only for a request that would look the same to the origin. Pure.
import type { CacheConfig } from "../../../shared/site/cache-schema.ts";
import { DEFAULT_CACHE } from "../../caching/law/rules.ts";
import type { Auth } from "./auth.ts";

export function toldApartBy(cache: CacheConfig | undefined, auth: Auth | null): CacheConfig | undefined {
  if (auth === null || cache === "off") return cache;
  const { key, ...others } = cache ?? DEFAULT_CACHE;
  const passed = passedOn(auth);
  const header = [
    ...key.header,
    ...auth.fields.map(({ name }) => name),
    ...namesIn(passed, "header"),
    ...fieldsJudged(auth),
  ];
  const cookie = [...key.cookie, ...namesIn(passed, "cookie")];
  if (header.length === key.header.length && cookie.length === key.cookie.length) return cache;
  return { ...others, key: { ...key, header: [...new Set(header)], cookie: [...new Set(cookie)] } };
}

/** A parameter that the key leaves out may be a credential that the origin gets to see. */
export const passesQuery = (auth: Auth | null): boolean =>
  auth !== null && namesIn(passedOn(auth), "query").length > 0;

/**
 * Another server decides by these, and all of them pass: one of them is the credential. A field that the site removes on the way to the
 * origin has no value there and tells nobody apart.
 */
const fieldsJudged = ({ way }: Auth): readonly string[] =>
  way.kind === "forward" ? way.asks.send.filter((name) => name !== "authorization") : [];

/** What is in Authorization is subject to RFC 9111 §3.5 (caching/law/storable.ts). */
const passedOn = ({ places, removes }: Auth): Auth["places"] =>
  places.filter((place) => !removes.includes(place));

const namesIn = (places: Auth["places"], where: "header" | "cookie" | "query"): string[] =>
  places.flatMap((place) => (place.in === where ? [place.name] : []));
