// Which stored responses does an unsafe request invalidate? RFC 9111 §4.4.
import { eachPool } from "../../balancing/each-pool.ts";
import { canonicalPath, canonicalQuery, mergeSlashes } from "../../routing/canonical-target.ts";
import { isSafe } from "../../routing/read-request.ts";
import type { CompiledSite, ProxyAction } from "../../site.ts";
import { inRollout } from "./in-rollout.ts";
import { cacheKey, type KeyedUrl } from "./key.ts";

/** A successful unsafe request may have changed the resource, so the stored response is no longer valid. */
export function invalidates(method: string, status: number): boolean {
  return !isSafe(method) && status >= 200 && status < 400;
}

export interface ChangedUrl {
  readonly path: string;
  readonly query: string;
  readonly loneMark?: boolean;
}

/**
 * The further URLs that the response names as changed, in Location and Content-Location. Only URLs of the same host count:
 * otherwise one site could empty another site's cache. They are written as in a request for them.
 */
export function namedUrls(
  headers: Headers,
  target: { scheme: string; authority: string; path: string },
): ChangedUrl[] {
  const base = `${target.scheme}://${target.authority}`;
  return ["location", "content-location"].flatMap((name) => {
    const value = headers.get(name);
    const url = value === null ? null : URL.parse(value, base + target.path);
    if (url?.origin !== base) return [];
    const path = canonicalPath(url.pathname);
    const loneMark = /^[^?#]*\?(?:#|$)/.test(url.href); // `search` is empty with it and without
    return path.ok ? [{ path: path.value.path, query: canonicalQuery(url.search.slice(1)), loneMark }] : [];
  });
}

/**
 * Under which keys may responses to a GET for this URL be stored? Every route that could match it counts: which route
 * answered depended on the client (its address, its cookies), and a change of the URL affects all of them. So does every
 * version that a client may get in a rollout. In route order; empty if no route would cache the URL.
 */
export function keysOfUrl(site: CompiledSite, at: Place, changed: ChangedUrl): string[] {
  const versions = [site, site.otherVersion?.()];
  return [...new Set(versions.flatMap((version) => (version ? keysIn(version, at, changed) : [])))];
}

type Place = Pick<KeyedUrl, "scheme" | "authority">;

function keysIn(site: CompiledSite, { scheme, authority }: Place, changed: ChangedUrl): string[] {
  const path = site.mergesSlashes ? mergeSlashes(changed.path) : changed.path;
  const url = { scheme, authority, path, query: changed.query, loneMark: changed.loneMark };
  const keys: string[] = [];
  for (const { value } of site.paths.match(path)) {
    const route = value();
    const action = inRollout(route.action, site);
    if (action.kind === "proxy") keys.push(...keysOf(action, url));
    if (route.conditions.length === 0) break; // no later route can match
  }
  return keys;
}

/** Which pool answered depended on the client, and on which of them were out. */
function keysOf(action: ProxyAction, url: KeyedUrl): string[] {
  return eachPool(action).flatMap(({ cache }) => (cache ? [cacheKey(url, cache)] : []));
}
