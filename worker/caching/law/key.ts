// Where does a response stand? Under the site's own name, then the URL, then who answers it. No request field and no
// other site's file leads out of the site's own entries, and routes that ask an origin in different ways do not share.
// No two URLs that differ in what counts share a key, however they are spelt: host, path and query arrive canonical, and
// neither they nor a site's name can hold the `#` that sets the parts of a key apart.
import type { Asked } from "../../message.ts";
import { pathAndQuery } from "../../routing/canonical-query.ts";
import { usualParameter } from "../../routing/parameter-spellings.ts";
import { parameterName } from "../../routing/query-names.ts";
import type { CacheRules, QueryRules } from "./rules.ts";

export interface KeyedUrl extends Pick<Asked, "scheme" | "authority" | "path" | "query"> {
  readonly loneMark?: boolean | undefined;
}

/** `shop.example.com#shop.example.com/assets/x.js?v=1#@assets~1c4f09ab`. */
export function cacheKey(url: KeyedUrl, rules: CacheRules): string {
  const { site, answeredBy } = rules.place;
  return `${site}#${keyedUrl(url, rules)}#@${answeredBy}`;
}

/**
 * What of the URL counts: `shop.example.com/assets/x.js?v=1`; with `http://` in front for plain http, because an origin
 * that redirects http to https would otherwise poison the https page with a redirect to itself.
 */
export function keyedUrl(url: KeyedUrl, rules: CacheRules): string {
  const scheme = url.scheme === "http" ? "http://" : "";
  const host = rules.keyHasHost ? url.authority : "";
  const query = keyedQuery(url.query, rules.query);
  const loneMark = url.loneMark === true && countsWhole(rules.query);
  return `${scheme}${host}${pathAndQuery({ path: url.path, query, loneMark })}`;
}

/** `/a?` is another URL than `/a`: some origins redirect from one to the other, and each would get the other's redirect. */
const countsWhole = ({ only, except }: QueryRules): boolean => only === null && except.length === 0;

/** Where the generation of all QUERY answers of a URL stands: without it none of them is found. */
export function generationKey(key: string): string {
  return `${key}#queries`;
}

/** Where it is told when a URL was last changed. */
export function changeKey(urlKey: string): string {
  return `${urlKey}#changed`;
}

/** The key of a QUERY: the URL's, the generation's, and a digest of what was asked (RFC 10008 §2.7). */
export function queryKey(key: string, generation: string, digest: string): string {
  return `${key}#query:${generation}:${digest}`;
}

/** Where a slice of a file stands; `at` is where its manifest does. Slices of another size stand elsewhere. */
export function sliceKey(at: string, { index, sliceBytes }: { index: number; sliceBytes: number }): string {
  return `${at}#slice:${sliceBytes}:${index}`;
}

/** The URL's own key, of whatever is stored or fetched for the URL: a change of it concerns all of that. */
export function urlKeyOf(key: string): string {
  const afterSite = key.indexOf("#") + 1;
  let end = key.indexOf("#", afterSite);
  if (key.startsWith("#@", end)) end = key.indexOf("#", end + 1);
  return end === -1 ? key : key.slice(0, end);
}

/** Where a variant's response stands: under the key, by what selects it. */
export function variantKey(key: string, selectors: Readonly<Record<string, string>>): string {
  const parts = Object.entries(selectors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${key}#variant:${parts.join("&")}`;
}

/**
 * Works on the raw pairs, so that two queries that an origin may tell apart never meet. Sorted is by name alone:
 * of `a=1&a=2` one origin takes the first and another the last.
 */
function keyedQuery(query: string, rules: QueryRules): string {
  if (query === "" || (rules.only === null && rules.except.length === 0 && !rules.sorted)) return query;
  const kept = query.split("&").filter((pair) => pair !== "" && counts(pair, rules));
  return (rules.sorted ? kept.sort(byName) : kept).join("&");
}

function byName(pair: string, other: string): number {
  const [a, b] = [pair, other].map((one) => usualParameter(parameterName(one)).toLowerCase());
  if (a === undefined || b === undefined) return 0;
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * Some origins end a parameter at a semicolon too: `utm_x=1;callback=evil` hides one that they heed. And what an origin may
 * take for a parameter that counts, counts: `v[]` for `v` to PHP, `V` to ASP.NET.
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
