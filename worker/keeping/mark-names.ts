// The names under which a purge is remembered, and the names that a stored response answers to. A response is purged if it answers
// to the name of a mark. The first letter tells the kinds apart, so a tag can never be taken for a host.
import type { PurgeTarget } from "./purge-target.ts";

/** What is known of a stored response when it is compared. */
export interface Named {
  /** The URL as it stands in the cache key, without the scheme. */
  readonly url: string;
  /** The hosts that it was stored for and is asked for: they differ if the route's key leaves the host out. */
  readonly hosts: readonly string[];
  readonly path: string;
  readonly tags: readonly string[];
}

/** The name of a purge of everything. */
export const EVERYTHING = "a";

/** A prefix has so many segments at most, so that a long path does not make looking up expensive. */
export const MAX_PREFIX_SEGMENTS = 32;

export function nameOf(what: PurgeTarget): string {
  switch (what.by) {
    case "all":
      return EVERYTHING;
    case "host":
      return `h:${what.host}`;
    case "url":
      return `u:${what.key}`;
    case "prefix":
      return `p:${what.host}${inSegments(what.path)}`;
    case "tag":
      return what.host === undefined ? `t:${what.tag}` : `g:${what.host} ${what.tag}`;
  }
}

/**
 * `/a/b/` covers the same as `/a/b`, and `/` covers the whole host. `/a//b` covers the same as `/a/b`, because some sites merge
 * slashes before a response is stored.
 */
const inSegments = (path: string): string =>
  withoutEnd(path.includes("//") ? path.replace(/\/{2,}/g, "/") : path);

function withoutEnd(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return end === path.length ? path : path.slice(0, end);
}

export function namesOf({ url, hosts, path, tags }: Named): string[] {
  const names = [EVERYTHING, `u:${url}`];
  for (const tag of tags) names.push(`t:${tag}`);
  const whole = inSegments(path);
  for (const host of hosts) {
    names.push(`h:${host}`, `p:${host}`);
    for (let end = 0, left = MAX_PREFIX_SEGMENTS; end < whole.length && left > 0; left--) {
      end = whole.indexOf("/", end + 1);
      if (end === -1) end = whole.length;
      names.push(`p:${host}${whole.slice(0, end)}`);
    }
    for (const tag of tags) names.push(`g:${host} ${tag}`);
  }
  return names;
}
