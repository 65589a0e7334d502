// Which site serves a host, as the store has it now? As the edge reads it (worker/routing/find-site.ts). Pure.
import type { SiteRecord } from "../../shared/site/site-record.ts";
import { asCheckedText, readStored, siteKey } from "../../shared/site/stored.ts";
import type { Present } from "./site-store.ts";

/** The host that the text points to; undefined if it is a site. */
export function pointerIn(text: string): string | undefined {
  const read = readStored(text);
  return read.ok && read.value.kind === "pointer" ? read.value.sameAs : undefined;
}

/** The record of a site; undefined if the text is of another kind. */
export function recordIn(text: string): SiteRecord | undefined {
  const read = readStored(text);
  return read.ok && read.value.kind === "record" ? read.value.record : undefined;
}

/** The hosts of a site that the command line has stored. Undefined for any other text. */
export function hostsIn(text: string): readonly string[] | undefined {
  const checked = asCheckedText(text);
  if (!checked) return recordIn(text)?.hosts;
  try {
    return (JSON.parse(checked.siteJson) as { hosts: readonly string[] }).hosts;
  } catch {
    return undefined; // changed by hand
  }
}

/** The name of the site; undefined if the edge answers 404 for the host. */
export function siteServing(pattern: string, present: Present): string | undefined {
  const text = present.get(siteKey(pattern)) ?? null;
  if (text === null) return undefined;
  const target = pointerIn(text);
  if (target === undefined) return pattern;
  const site = present.get(siteKey(target)) ?? null;
  if (site === null || pointerIn(site) !== undefined) return undefined;
  const hosts = hostsIn(site);
  return hosts === undefined || hosts.includes(pattern) ? target : undefined;
}

/** The keys of the sites that these keys point to. */
export function keysPointedTo(present: Present): string[] {
  const targets = new Set<string>();
  for (const text of present.values()) {
    const target = text === null ? undefined : pointerIn(text);
    if (target !== undefined) targets.add(siteKey(target));
  }
  return [...targets].filter((key) => !present.has(key));
}

/** What these keys were seen to hold, as far as it is known. */
export const seenAt = (keys: readonly string[], present: Present): Present =>
  new Map(keys.flatMap((key) => (present.has(key) ? [[key, present.get(key) ?? null] as const] : [])));
