// Is the site for this host on the shelf, read a moment ago? Then nothing has to be waited for, as with most requests.
import type { CompiledSite } from "../site.ts";
import { hostPatterns } from "./host-patterns.ts";
import { ageOf, type Kept, type SiteShelf } from "./site-shelf.ts";

/** Undefined where anything that decides it has to be read, or cannot be used. */
export function siteOnShelf(host: string, shelf: SiteShelf, now: number): CompiledSite | undefined {
  const fresh = (pattern: string): Kept | undefined => {
    const kept = shelf.get(pattern);
    return kept && ageOf(kept, now, shelf.rules) === "fresh" ? kept : undefined;
  };
  for (const pattern of hostPatterns(host)) {
    const found = fresh(pattern)?.found;
    if (!found?.ok) return undefined;
    if (found.value === undefined) continue;
    if (!("sameAs" in found.value)) return found.value;
    const other = fresh(found.value.sameAs)?.found;
    const site = other?.ok && other.value && !("sameAs" in other.value) ? other.value : undefined;
    return site?.hosts.includes(pattern) ? site : undefined;
  }
  return undefined;
}
