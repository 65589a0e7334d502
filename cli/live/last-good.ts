// Which sites are served after the files were read again? Pure. A file with a fault keeps its last good site. A file
// that is gone takes its hosts with it.
import { storedEntries } from "../../shared/site/stored.ts";
import type { LoadedSite, LoadedSites } from "../load-sites.ts";

/** By file. */
export type Served = ReadonlyMap<string, LoadedSite>;

export const NOTHING_SERVED: Served = new Map();

export function servedAfter(
  before: Served,
  { sites, problems }: Pick<LoadedSites, "sites" | "problems">,
): Served {
  const broken = new Set(problems.map(({ file }) => file));
  const good = sites.filter(({ file }) => !broken.has(file));
  const kept = [...broken].flatMap((file) => before.get(file) ?? []);
  return new Map([...good, ...kept].map((site) => [site.file, site]));
}

/**
 * What the store should hold, by host pattern. If another file now names a host of a kept site, that file gets the
 * host.
 */
export function textsOf(served: Served): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { site, stored } of served.values()) {
    for (const { pattern, text } of storedEntries(site.hosts, stored)) {
      if (!texts.has(pattern)) texts.set(pattern, text);
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
    live: [...after.values()].filter(({ file, version }) => before.get(file)?.version !== version),
    gone: [...before.keys()].filter((file) => !after.has(file)),
  };
}
