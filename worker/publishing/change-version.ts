// Rolling back, promoting, aborting, setting a share: find the site, decide, see that the version is there and valid, write the record.
import { ok, type Result } from "../../shared/result.ts";
import type { SiteRecord } from "../../shared/site/site-record.ts";
import { changeRecord } from "./change-record.ts";
import type { Intent } from "./intents.ts";
import type { SiteStore, Written } from "./site-store.ts";
import { storedSite } from "./stored-site.ts";
import { storedVersion } from "./stored-version.ts";

/** The error is a sentence. */
export type Decide = (record: SiteRecord) => Result<Intent, string>;

export interface VersionChange {
  readonly before: SiteRecord;
  readonly after: SiteRecord;
  readonly written: Written;
}

/** The error is a sentence: nothing was written. */
export async function changeVersion(
  store: SiteStore,
  host: string | undefined,
  decide: Decide,
): Promise<Result<VersionChange, string>> {
  const standing = await storedSite(store, host);
  if (!standing.ok) return standing;
  const { record: before } = standing.value;
  const intent = decide(before);
  if (!intent.ok) return intent;
  const version = await storedVersion(store, standing.value, intent.value.version);
  if (!version.ok) return version;
  const changed = await changeRecord(store, standing.value, intent.value.after(version.value.site.hosts));
  return changed.ok ? ok({ before, ...changed.value }) : changed;
}
