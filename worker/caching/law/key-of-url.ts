// Under which keys may responses to a GET for this URL be stored? Every route that could match it counts: which route
// answered depended on the client (its address, its cookies), and a change of the URL affects all of them.
import { mergeSlashes } from "../../routing/canonical-target.ts";
import type { CompiledSite } from "../../site.ts";
import type { ChangedUrl } from "./invalidation.ts";
import { cacheKey, type KeyedUrl } from "./key.ts";

/** In route order; empty if no route would cache the URL. */
export function keysOfUrl(
  site: CompiledSite,
  { scheme, authority }: Pick<KeyedUrl, "scheme" | "authority">,
  changed: ChangedUrl,
): string[] {
  const path = site.mergesSlashes ? mergeSlashes(changed.path) : changed.path;
  const url = { scheme, authority, path, query: changed.query, loneMark: changed.loneMark };
  const keys = new Set<string>();
  for (const { value } of site.paths.match(path)) {
    const { action, conditions } = value();
    if (action.kind === "proxy" && action.cache) keys.add(cacheKey(url, action.cache));
    if (conditions.length === 0) break; // no later route can match
  }
  return [...keys];
}
