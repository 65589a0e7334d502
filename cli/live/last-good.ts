// Which sites are served after the files were read again? Pure. A file with a fault keeps its last good site. A file
// that is gone takes its hosts with it.
import { storedEntries } from "../../shared/site/stored.ts";
import type { LoadedSite } from "../judge-file.ts";
import type { LoadedSites } from "../load-sites.ts";

/** By file. */
export type Served = ReadonlyMap<string, LoadedSite>;

export const NOTHING_SERVED: Served = new Map();

export function servedAfter(
  before: Served,
  { sites, problems }: Pick<LoadedSites, "sites" | "problems">,
): Served {
  const broken = new Set(problems.map(({ file }) => file));
  const good = sites.filter(({ file }) => !broken.has(file));
  const given = new Set(good.flatMap(({ site }) => site.hosts));
  const kept = [...broken].flatMap((file) => before.get(file) ?? []).map((site) => without(given, site));
  return new Map([...good, ...kept].map((site) => [site.file, site]));
}

/** A file that let go of a host, and has a mistake since, does not get the host back by that. */
function without(given: ReadonlySet<string>, loaded: LoadedSite): LoadedSite {
  const hosts = loaded.site.hosts.filter((host) => !given.has(host));
  if (hosts.length === loaded.site.hosts.length) return loaded;
  return { ...loaded, site: { ...loaded.site, hosts } };
}

/** What the store should hold, by host pattern. No two of the sites have a host in common. */
export function textsOf(served: Served): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { site, stored } of served.values()) {
    for (const { pattern, text } of storedEntries(site.hosts, stored)) {
      texts.set(pattern, text);
    }
  }
  return texts;
}

export interface Difference {
  readonly live: readonly LoadedSite[];
  /** Files that were deleted. */
  readonly gone: readonly string[];
}

export function differenceBetween(before: Served, after: Served): Difference {
  return {
    live: [...after.values()].filter((site) => isNews(site, before.get(site.file))),
    gone: [...before.keys()].filter((file) => !after.has(file)),
  };
}

/** It has another version, or has got hosts back. */
const isNews = ({ version, site }: LoadedSite, before: LoadedSite | undefined): boolean =>
  before?.version !== version || site.hosts.length > before.site.hosts.length;
