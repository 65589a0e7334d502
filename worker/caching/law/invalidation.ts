// Which stored responses does an unsafe request invalidate? RFC 9111 §4.4.
import { canonicalPath, canonicalQuery } from "../../routing/canonical-target.ts";
import { isSafe } from "../../routing/read-request.ts";

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
