// Is the site for this host in memory? Then the request does not have to wait, which is the common case.
import type { CompiledSite } from "../site.ts";
import { hostPatterns } from "./host-patterns.ts";
import { ageOf, type Kept, type SiteShelf } from "./site-shelf.ts";

/**
 * Undefined if a pattern that decides the answer has to be read first, or is unusable. `readAgain` is called for a
 * pattern that is still served but is due for a refresh.
 */
export function siteOnShelf(
  host: string,
  shelf: SiteShelf,
  now: number,
  readAgain: (pattern: string) => void,
): CompiledSite | undefined {
  const usable = (pattern: string): Kept["found"] | undefined => {
    const kept = shelf.get(pattern);
    if (!kept) return undefined;
    const age = ageOf(kept, now, shelf.rules);
    if (age === "due") readAgain(pattern);
    return age === "expired" ? undefined : kept.found;
  };
  for (const pattern of hostPatterns(host)) {
    const found = usable(pattern);
    if (!found?.ok) return undefined;
    if (found.value === undefined) continue;
    if (!("sameAs" in found.value)) return found.value;
    const other = usable(found.value.sameAs);
    const site = other?.ok && other.value && !("sameAs" in other.value) ? other.value : undefined;
    return site?.hosts.includes(pattern) ? site : undefined;
  }
  return undefined;
}
