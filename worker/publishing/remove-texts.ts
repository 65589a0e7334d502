// Removes texts of versions, but none that their site keeps. Another site can have had the host of that site for a while: then it is
// the one to remove what stood there, and the site may be back by now, with a version of the same name.
import { siteOfText } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { textsInUse } from "../../shared/site/version-retention.ts";
import type { Present, SiteStore, Written } from "./site-store.ts";
import { recordIn } from "./what-is-stored.ts";
import { NOTHING_WRITTEN } from "./written.ts";

interface RemovedTexts {
  readonly written: Written;
  /** They stay, and are removed by their own site. */
  readonly inUse: ReadonlySet<string>;
}

/** `seen`: what the decision was made on. */
export async function removeTexts(
  store: SiteStore,
  keys: readonly string[],
  seen: Present,
): Promise<RemovedTexts> {
  if (keys.length === 0) return { written: NOTHING_WRITTEN, inUse: new Set() };
  const sites = new Set(keys.flatMap((key) => siteOfText(key) ?? []));
  const read = await store.read([...sites].map(siteKey));
  if (!read.ok) return { written: { ...NOTHING_WRITTEN, failure: read.error }, inUse: new Set() };
  const records = [...read.value.values()].flatMap((text) => recordIn(text ?? "") ?? []);
  const named = new Set(records.flatMap(textsInUse));
  const inUse = new Set(keys.filter((key) => named.has(key)));
  const free = keys.filter((key) => !inUse.has(key));
  if (free.length === 0) return { written: NOTHING_WRITTEN, inUse };
  return { written: await store.remove(free, new Map([...read.value, ...seen])), inUse };
}
