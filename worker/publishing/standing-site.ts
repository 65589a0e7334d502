// Which versions does the store have of a site, before a push? A site that was stored before there were versions counts as one:
// its text becomes that of a version, so that it can be rolled back to.
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import { type SiteRecord, versionKey } from "../../shared/site/site-record.ts";
import { readStored, siteKey } from "../../shared/site/stored.ts";
import type { Present, StoreEntry } from "./site-store.ts";
import { hostsIn } from "./what-is-stored.ts";

export interface StandingSite {
  readonly record: SiteRecord;
  /** What the record was read from. */
  readonly text: string;
  /** The text of its live version, if that has to be stored under a key of its own. */
  readonly carried?: StoreEntry;
}

/** Undefined if nothing stands there, a pointer, or what the edge cannot read. */
export async function standingSite(site: string, present: Present): Promise<StandingSite | undefined> {
  const text = present.get(siteKey(site)) ?? null;
  if (text === null) return undefined;
  const read = readStored(text);
  if (!read.ok || read.value.kind === "pointer") return undefined;
  if (read.value.kind === "record")
    return read.value.record.site === site ? { record: read.value.record, text } : undefined;
  const version = read.value.kind === "checked" ? read.value.version : await fingerprintOf(text);
  const hosts = hostsIn(text) ?? hostsOf(read.value);
  if (!hosts) return undefined;
  return {
    record: { site, live: version, hosts, before: [], kept: [{ version, pushedAt: null }], retired: [] },
    text,
    carried: { key: versionKey(site, version), value: text },
  };
}

function hostsOf(stored: { readonly kind: string; readonly file?: unknown }): readonly string[] | undefined {
  const { hosts } = (stored.file ?? {}) as { readonly hosts?: unknown };
  const isFine = Array.isArray(hosts) && hosts.every((host) => typeof host === "string");
  return isFine ? hosts : undefined;
}
