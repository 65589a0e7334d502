// Under which key would a GET for this URL of the site be stored? By the rules of the route that takes it.
import type { Asked } from "../message.ts";
import { mergeSlashes } from "../routing/canonical-path.ts";
import { matchRoute } from "../routing/match-route.ts";
import type { CompiledSite } from "../site.ts";
import type { ChangedUrl } from "./invalidation.ts";
import { cacheKey } from "./key.ts";

/** Undefined where no route would cache it. */
export function keyOfUrl(site: CompiledSite, asked: Asked, changed: ChangedUrl): string | undefined {
  const path = site.mergesSlashes ? mergeSlashes(changed.path) : changed.path;
  const url = { ...asked, method: "GET", path, query: changed.query, oddities: [] };
  const matched = matchRoute(site, url);
  if (!matched.ok || matched.value.route.action.kind !== "proxy") return undefined;
  const rules = matched.value.route.action.cache;
  return rules ? cacheKey(url, rules, site.name) : undefined;
}
