// What does a push change in the store? Keys that already hold the same value are left alone.
import { siteKey, storedEntries } from "../../shared/site/stored.ts";
import type { LoadedSite } from "../load-sites.ts";

export interface StoreEntry {
  readonly key: string;
  readonly value: string;
}

export interface Change extends StoreEntry {
  readonly pattern: string;
  /** The version of the site, or the host under which the site itself is stored. */
  readonly holds: string;
  /** `unknown` if the store could not be read. */
  readonly change: "new" | "changed" | "same" | "unknown";
}

/** By key; null if there is none. Undefined if the store could not be read. */
export type Present = ReadonlyMap<string, string | null> | undefined;

export function changesTo(present: Present, sites: readonly LoadedSite[]): Change[] {
  return sites.flatMap(({ site, stored, version }) =>
    storedEntries(site.hosts, stored).map(({ pattern, text }, index) => {
      const key = siteKey(pattern);
      const holds = index === 0 ? `version ${version}` : `as ${site.hosts[0]}`;
      return { pattern, key, value: text, holds, change: changeOf(present, key, text) };
    }),
  );
}

function changeOf(present: Present, key: string, value: string): Change["change"] {
  if (!present) return "unknown";
  const before = present.get(key) ?? null;
  if (before === null) return "new";
  return before === value ? "same" : "changed";
}
