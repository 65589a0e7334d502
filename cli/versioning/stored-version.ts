// What a version of a site says, as the store has it. The errors are sentences.
import { err, ok, type Result } from "../../shared/result.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import { readSiteFile, type SiteFileRead } from "../../shared/site/read-site-file.ts";
import { sourceKey, versionKey } from "../../shared/site/site-record.ts";
import { asCheckedText } from "../../shared/site/stored.ts";
import type { SiteStore } from "../pushing/site-store.ts";
import type { StandingSite } from "../pushing/standing-site.ts";

export interface StoredVersion extends SiteFileRead {
  readonly version: string;
  /** The site file as it was written, or its values as JSON if that is not there. */
  readonly source: string;
  readonly isSourceAsWritten: boolean;
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
  const [text, source] = keys.map((key) => read.value.get(key) ?? null);
  const own = carried?.key === keys[0] ? carried.value : text;
  if (own === null || own === undefined) {
    return err(`the text of version ${version} of ${site} is gone from the store: push its file again`);
  }
  const json = await jsonIn(own);
  const valid = json === undefined ? undefined : readSiteFile(json, `${version}.json`);
  if (json === undefined || !valid?.ok) {
    return err(`the text of version ${version} of ${site} is not valid any more: push its file again`);
  }
  const isSourceAsWritten = source !== null && source !== undefined && (await isVersion(source, version));
  const asJson = `${JSON.stringify(JSON.parse(json), null, 2)}\n`;
  return ok({ ...valid.value, version, source: isSourceAsWritten ? source : asJson, isSourceAsWritten });
}

/** The values of the file. Undefined if the text was changed after it was checked. */
async function jsonIn(text: string): Promise<string | undefined> {
  const checked = asCheckedText(text);
  if (!checked) return text;
  return (await fingerprintOf(checked.body)) === checked.fingerprint ? checked.fileJson : undefined;
}

/** A file under the key of another version, or one that was changed by hand, is not given out. */
async function isVersion(source: string, version: string): Promise<boolean> {
  const read = readSiteFile(source, "site.yaml");
  return read.ok && (await fingerprintOf(read.value.json)) === version;
}
