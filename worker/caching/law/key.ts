// The cache key: the site's name, then the URL, then who answers it. No request field and no other site's file can reach
// outside the site's own entries, and routes that send different requests to an origin do not share entries. URLs that differ
// in a part that counts never share a key, however they are written: host, path and query arrive in canonical form, and
// neither they nor a site's name can contain the `#` that separates the parts of a key.
import type { Asked } from "../../message.ts";
import { pathAndQuery } from "../../routing/canonical-target.ts";
import { parameterName, usualParameter } from "../../routing/spellings.ts";
import type { CacheRules, QueryRules } from "./rules.ts";

export interface KeyedUrl extends Pick<Asked, "scheme" | "authority" | "path" | "query"> {
  readonly loneMark?: boolean | undefined;
}

const PLAIN = "http://";

/** `shop.example.com#shop.example.com/assets/x.js?v=1#@assets~1c4f09ab`. */
export function cacheKey(url: KeyedUrl, rules: CacheRules): string {
  const { site, answeredBy } = rules.place;
  return `${site}#${keyedUrl(url, rules)}#@${answeredBy}`;
}

/**
 * The part of the URL that counts: `shop.example.com/assets/x.js?v=1`. Plain http adds `http://` in front. Without it, an
 * origin that redirects http to https would replace the https page with a redirect to itself.
 */
export function keyedUrl(url: KeyedUrl, rules: CacheRules): string {
  const scheme = url.scheme === "http" ? PLAIN : "";
  const host = rules.keyHasHost ? url.authority : "";
  const query = keyedQuery(url.query, rules.query);
  const loneMark = url.loneMark === true && countsWhole(rules.query);
  return `${scheme}${host}${pathAndQuery({ path: url.path, query, loneMark })}`;
}

/** `/a?` and `/a` are different URLs: some origins redirect one to the other, and a shared key would loop. */
const countsWhole = ({ only, except }: QueryRules): boolean => only === null && except.length === 0;

/** The key of the generation of all QUERY responses for a URL. Without the generation, none of them can be found. */
export function generationKey(key: string): string {
  return `${key}#queries`;
}

/** The key of the mark that says when a URL last changed. */
export function changeKey(urlKey: string): string {
  return `${urlKey}#changed`;
}

/** The key of a QUERY: the URL's key, the generation, and a digest of the request content (RFC 10008 §2.7). */
export function queryKey(key: string, generation: string, digest: string): string {
  return `${key}#query:${generation}:${digest}`;
}

/** The key of one slice of a file; `at` is the key of the file's manifest. The slice size is part of it. */
export function sliceKey(at: string, { index, sliceBytes }: { index: number; sliceBytes: number }): string {
  return `${at}#slice:${sliceBytes}:${index}`;
}

/** The URL's own key, for any key that belongs to the URL. A change of the URL applies to all of them. */
export function urlKeyOf(key: string): string {
  const afterSite = key.indexOf("#") + 1;
  let end = key.indexOf("#", afterSite);
  if (key.startsWith("#@", end)) end = key.indexOf("#", end + 1);
  return end === -1 ? key : key.slice(0, end);
}

/** The site that a key belongs to. */
export const siteOf = (key: string): string => key.slice(0, key.indexOf("#"));

/** The part of the URL that counts, without the scheme, for any key that belongs to the URL. A purge names it so. */
export function urlOf(key: string): string {
  const afterSite = key.indexOf("#") + 1;
  const url = key.slice(afterSite, key.indexOf("#", afterSite));
  return url.startsWith(PLAIN) ? url.slice(PLAIN.length) : url;
}

/** The key of a variant: the cache key and the selecting values, sorted. */
export function variantKey(key: string, selectors: Readonly<Record<string, string>>): string {
  const parts = Object.entries(selectors)
    .sort()
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${key}#variant:${parts.join("&")}`;
}

/**
 * Works on the raw pairs, so that two queries that an origin may tell apart never share a key. Pairs are sorted by name
 * only: of `a=1&a=2`, one origin uses the first value and another the last.
 */
function keyedQuery(query: string, rules: QueryRules): string {
  if (countsWhole(rules) && !rules.sorted) return query;
  const kept = query.split("&").filter((pair) => pair !== "" && counts(pair, rules));
  return (rules.sorted ? sortedByName(kept) : kept).join("&");
}

function sortedByName(pairs: readonly string[]): string[] {
  const named = Map.groupBy(pairs, (pair) => usualParameter(parameterName(pair)).toLowerCase());
  return [...named.keys()].sort().flatMap((name) => named.get(name) ?? []);
}

/**
 * Some origins also treat a semicolon as a separator: `utm_x=1;callback=evil` hides a parameter that they read. A parameter
 * also counts if an origin may take it for one that counts: PHP reads `v[]` as `v`, and ASP.NET reads `V` as `v`.
 */
function counts(pair: string, rules: QueryRules): boolean {
  if (pair.includes(";")) return true;
  const name = parameterName(pair);
  if (rules.only !== null) {
    const spellings = spellingsOf(name);
    if (!rules.only.some((matches) => spellings.some(matches))) return false;
  }
  return !rules.except.some((matches) => matches(name));
}

function spellingsOf(name: string): readonly string[] {
  const usual = usualParameter(name);
  const lower = usual.toLowerCase();
  return lower === name ? [name] : [name, usual, lower];
}
