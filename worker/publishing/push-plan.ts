// What does a push change in the store, and in which order? Keys that already hold the same value are left alone. Pure.
import { recordText } from "../../shared/site/site-record.ts";
import { siteKey, storedEntries } from "../../shared/site/stored.ts";
import type { SitePlan } from "./site-plan.ts";
import type { Present, StoreEntry } from "./site-store.ts";
import { pointerIn } from "./what-is-stored.ts";

export interface Change extends StoreEntry {
  readonly pattern: string;
  /** The version of the site, or the host under which the site itself is stored. */
  readonly holds: string;
  readonly change: "new" | "changed" | "same";
  /** What the value needs: written before it. */
  readonly texts: readonly StoreEntry[];
  /** The key that is written last: then the change is done. */
  readonly lastKey: string;
  /** Undefined for a pointer. */
  readonly plan?: SitePlan;
}

export function changesTo(present: Present, plans: readonly SitePlan[]): Change[] {
  return plans.flatMap((plan) => {
    const [first, ...others] = storedEntries(plan.hosts, "");
    if (!first) return [];
    return [
      ofSite(plan, first.pattern, present),
      ...others.map((entry) => ofPointer(entry, first.pattern, present)),
    ];
  });
}

function ofSite(plan: SitePlan, pattern: string, present: Present): Change {
  const key = siteKey(pattern);
  const before = present.get(key) ?? null;
  const value = plan.isStored ? (before ?? "") : recordText(plan.record);
  const { texts, version } = plan;
  const isSame = before === value && texts.length === 0;
  return {
    pattern,
    key,
    value,
    holds: `version ${version}`,
    change: isSame ? "same" : before === null ? "new" : "changed",
    texts,
    lastKey: before === value ? (texts.at(-1)?.key ?? key) : key,
    plan,
  };
}

function ofPointer(
  { pattern, text }: { pattern: string; text: string },
  first: string,
  present: Present,
): Change {
  const key = siteKey(pattern);
  const before = present.get(key) ?? null;
  const change = before === null ? "new" : before === text ? "same" : "changed";
  return { pattern, key, value: text, holds: `as ${first}`, change, texts: [], lastKey: key };
}

/**
 * The steps of a push: each is complete before the next one begins, so that no host loses its site if the push breaks off.
 * First the texts of versions, then the records that name them, then the pointers to the sites, and at last the pointers in whose
 * place a site stands to which others may point.
 */
export function stepsOf(changes: readonly Change[], present: Present): StoreEntry[][] {
  const steps: [StoreEntry[], StoreEntry[], StoreEntry[], StoreEntry[]] = [[], [], [], []];
  for (const { key, value, texts } of changes.filter((each) => each.change !== "same")) {
    const before = present.get(key) ?? null;
    const replacesSite = before !== null && pointerIn(before) === undefined;
    steps[0].push(...texts);
    if (before === value) continue;
    if (pointerIn(value) === undefined) steps[1].push({ key, value });
    else steps[replacesSite ? 3 : 2].push({ key, value });
  }
  return steps.filter((step) => step.length > 0);
}
