// What does a push change in the store, and in which order? Keys that already hold the same value are left alone. Pure.
import { siteKey, storedEntries } from "../../shared/site/stored.ts";
import type { LoadedSite } from "../load-sites.ts";
import type { Present, StoreEntry } from "./site-store.ts";
import { pointerIn } from "./what-is-stored.ts";

export interface Change extends StoreEntry {
  readonly pattern: string;
  /** The version of the site, or the host under which the site itself is stored. */
  readonly holds: string;
  readonly change: "new" | "changed" | "same";
}

export function changesTo(present: Present, sites: readonly LoadedSite[]): Change[] {
  return sites.flatMap(({ site, stored, version }) =>
    storedEntries(site.hosts, stored).map(({ pattern, text }, index) => {
      const key = siteKey(pattern);
      const holds = index === 0 ? `version ${version}` : `as ${site.hosts[0]}`;
      return { pattern, key, value: text, holds, change: changeOf(present.get(key) ?? null, text) };
    }),
  );
}

function changeOf(before: string | null, value: string): Change["change"] {
  if (before === null) return "new";
  return before === value ? "same" : "changed";
}

/**
 * The steps of a push: each is complete before the next one begins, so that no host loses its site if the push breaks off.
 * First the sites, then the pointers to them, and at last the pointers in whose place a site stands to which others may point.
 */
export function stepsOf(changes: readonly Change[], present: Present): Change[][] {
  const steps: [Change[], Change[], Change[]] = [[], [], []];
  for (const change of changes.filter((each) => each.change !== "same")) {
    const before = present.get(change.key) ?? null;
    const replacesSite = before !== null && pointerIn(before) === undefined;
    if (pointerIn(change.value) === undefined) steps[0].push(change);
    else steps[replacesSite ? 2 : 1].push(change);
  }
  return steps.filter((step) => step.length > 0);
}
