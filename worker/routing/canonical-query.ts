// The query, encoded as `fetch` would encode it, so that the cache key and the origin see the same one. Nothing is
// decoded, merged or sorted: the meaning of a query is between client and origin.
import type { Asked } from "../message.ts";
import { encodeOutside } from "./percent.ts";

/** WHATWG URL, "special-query percent-encode set"; a `#` cannot occur. */
const NO_QUERY_CHARACTER = /[^!$%&()*+,\-./0-9:;=?@A-Z[\\\]^_`a-z{|}~]/;
const ALL_OF_THEM = new RegExp(NO_QUERY_CHARACTER, "gu");

export function canonicalQuery(raw: string): string {
  return NO_QUERY_CHARACTER.test(raw) ? encodeOutside(ALL_OF_THEM, raw) : raw;
}

/** As in a request line. */
export function pathAndQuery({ path, query, loneMark }: Pick<Asked, "path" | "query" | "loneMark">): string {
  if (query !== "") return `${path}?${query}`;
  return loneMark ? `${path}?` : path;
}
