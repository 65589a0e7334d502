// The tags that an origin gives a response, by which a purge can name it: `Cache-Tag` (Cloudflare, Akamai), `Surrogate-Key` (Fastly),
// `Cache-Groups` (RFC 9875). They say nothing about whether a response may be stored or used.
import { isInnerList, parseList } from "structured-headers";

/** More than that is what no purge would name. Cloudflare takes 16 KB of tags, Fastly 16 KB of keys. */
const MAX_TAGS = 1_000;
const MAX_TAG_LENGTH = 1_024;

/** Meant for the caches of a CDN, and not for clients. `Cache-Groups` is meant for every cache, so it stays. */
export const TAG_FIELDS: readonly string[] = ["cache-tag", "surrogate-key"];

/** Each once, as written. A field that cannot be parsed gives no tags. */
export function tagsOf(headers: Headers): readonly string[] {
  const cacheTag = headers.get("cache-tag");
  const surrogateKey = headers.get("surrogate-key");
  const cacheGroups = headers.get("cache-groups");
  if (cacheTag === null && surrogateKey === null && cacheGroups === null) return NONE; // as almost always
  const tags = [
    ...(cacheTag ?? "").split(",").map((tag) => tag.trim()),
    ...(surrogateKey ?? "").split(/[\t ,]+/),
    ...stringsIn(cacheGroups ?? ""),
  ].filter((tag) => tag !== "" && tag.length <= MAX_TAG_LENGTH);
  return [...new Set(tags)].slice(0, MAX_TAGS);
}

const NONE: readonly string[] = [];

export function withOthers(tags: readonly string[], others: readonly string[]): readonly string[] {
  if (others.length === 0) return tags;
  return [...new Set([...tags, ...others])].slice(0, MAX_TAGS);
}

/** A list of strings. Members of other types are ignored (RFC 9875 §2). */
export function stringsIn(field: string): string[] {
  try {
    return parseList(field).flatMap((member) =>
      !isInnerList(member) && typeof member[0] === "string" ? [member[0]] : [],
    );
  } catch {
    return [];
  }
}
