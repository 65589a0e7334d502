// The key of a URL: what is stored under one may be served for the other. No two URLs that differ in what counts
// may share a key, however they are spelt: host, path and query arrive canonical, and none of them can hold the
// `#` or the `://` that set the parts of a key apart.
import type { Asked } from "../message.ts";
import { parameterName } from "../rewriting/rewrite.ts";
import type { CacheRules, QueryRules } from "./rules.ts";

export type KeyedUrl = Pick<Asked, "scheme" | "authority" | "path" | "query">;

/**
 * `shop.example.com/assets/x.js?v=1`; with `http://` in front for plain http, because an origin that redirects
 * http to https would otherwise poison the https page with a redirect to itself.
 */
export function cacheKey(url: KeyedUrl, rules: CacheRules, siteName: string): string {
  const scheme = url.scheme === "http" ? "http://" : "";
  const host = rules.keyHasHost ? url.authority : `#site:${siteName}`;
  const query = keyedQuery(url.query, rules.query);
  return `${scheme}${host}${url.path}${query === "" ? "" : `?${query}`}`;
}

/** The key of a QUERY: the URL's, and a digest of what was asked (RFC 10008 §2.7). */
export function queryKey(key: string, digest: string): string {
  return `${key}#query:${digest}`;
}

/** Where a variant's response stands: under the key, by what selects it. */
export function variantKey(key: string, selectors: Readonly<Record<string, string>>): string {
  const parts = Object.entries(selectors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${key}#variant:${parts.join("&")}`;
}

/** Works on the raw pairs, so that two queries that an origin may tell apart never meet. */
function keyedQuery(query: string, rules: QueryRules): string {
  if (query === "" || (rules.only === null && rules.except.length === 0 && !rules.sorted)) return query;
  const kept = query.split("&").filter((pair) => pair !== "" && counts(parameterName(pair), rules));
  return (rules.sorted ? kept.sort() : kept).join("&");
}

function counts(name: string, rules: QueryRules): boolean {
  if (rules.only !== null && !rules.only.some((matches) => matches(name))) return false;
  return !rules.except.some((matches) => matches(name));
}
