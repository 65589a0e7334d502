// Which of these sites serves this host? The patterns are tried in the order of live traffic: the most specific first.
import { hostPatterns } from "../worker/routing/host-patterns.ts";
import type { LoadedSite } from "./load-sites.ts";

export function pickSite(sites: readonly LoadedSite[], host: string): LoadedSite | undefined {
  for (const pattern of hostPatterns(host)) {
    const found = sites.find(({ site }) => site.hosts.includes(pattern));
    if (found) return found;
  }
  return undefined;
}
