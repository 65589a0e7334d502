// What a version of a site says, as the store has it. The errors are sentences.
import { err, ok, type Result } from "../../shared/result.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Site } from "../../shared/site/schema.ts";
import { sourceKey, versionKey } from "../../shared/site/site-record.ts";
import { asCheckedText } from "../../shared/site/stored.ts";
import { validateSite } from "../../shared/site/validate.ts";
import type { SiteStore } from "./site-store.ts";
import type { StandingSite } from "./standing-site.ts";

export interface StoredVersion {
  readonly version: string;
  readonly site: Site;
  /** The values of the file, as compact JSON. */
  readonly json: string;
  /** The site file under the key of the version, if there is one. Whether it is of this version is for its reader to see. */
  readonly source: string | undefined;
}

export async function storedVersion(
  store: SiteStore,
  { record, carried }: StandingSite,
  version: string,
): Promise<Result<StoredVersion, string>> {
  const { site } = record;
  const keys = [versionKey(site, version), sourceKey(site, version)] as const;
  const read = await store.read(keys);
  if (!read.ok) return read;
  const [text, source] = keys.map((key) => read.value.get(key) ?? undefined);
  const own = carried?.key === keys[0] ? carried.value : text;
  if (own === undefined) {
    return err(`the text of version ${version} of ${site} is gone from the store: push its file again`);
  }
  const json = await jsonIn(own);
  const valid = json === undefined ? undefined : siteIn(json);
  if (json === undefined || !valid) {
    return err(`the text of version ${version} of ${site} is not valid any more: push its file again`);
  }
  return ok({ version, site: valid, json, source });
}

/** The values of the file. Undefined if the text was changed after it was checked. */
async function jsonIn(text: string): Promise<string | undefined> {
  const checked = asCheckedText(text);
  if (!checked) return text;
  return (await fingerprintOf(checked.body)) === checked.fingerprint ? checked.fileJson : undefined;
}

function siteIn(json: string): Site | undefined {
  try {
    const valid = validateSite(JSON.parse(json));
    return valid.ok ? valid.value : undefined;
  } catch {
    return undefined; // no JSON, or nested a thousand levels deep
  }
}
