// Where may responses to a GET for this URL of the site be stored? Under every route that could take it: which one did
// depended on the client (its address, its cookies), and a change of the URL concerns them all.
import { mergeSlashes } from "../../routing/canonical-path.ts";
import type { CompiledSite } from "../../site.ts";
import type { ChangedUrl } from "./invalidation.ts";
import { cacheKey, type KeyedUrl } from "./key.ts";

/** In the order of the routes. Empty where no route would cache it. */
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
    if (conditions.length === 0) break; // no later route is ever reached
  }
  return [...keys];
}
