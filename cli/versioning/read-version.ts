// A stored version as a site file that has been read: for `pull` the file as it was written, for `diff` the places in it.
import { err, ok, type Result } from "../../shared/result.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import { readSiteFile, type SiteFileRead } from "../../shared/site/read-site-file.ts";
import type { StoredVersion } from "../../worker/publishing/stored-version.ts";

export interface VersionRead extends SiteFileRead {
  readonly version: string;
  /** The site file as it was written, or its values as JSON if that is not there. */
  readonly source: string;
  readonly isSourceAsWritten: boolean;
}

export async function readVersion(
  stored: Pick<StoredVersion, "version" | "json" | "source">,
): Promise<Result<VersionRead, string>> {
  const { version, json, source } = stored;
  const read = readSiteFile(json, `${version}.json`);
  if (!read.ok) return err(`version ${version} is not valid for this version of Headgate`);
  const isSourceAsWritten = source !== undefined && (await isOf(version, source));
  const asJson = `${JSON.stringify(JSON.parse(json), null, 2)}\n`;
  return ok({ ...read.value, version, source: isSourceAsWritten ? source : asJson, isSourceAsWritten });
}

/** A file under the key of another version, or one that was changed by hand, is not given out. */
async function isOf(version: string, source: string): Promise<boolean> {
  const read = readSiteFile(source, "site.yaml");
  return read.ok && (await fingerprintOf(read.value.json)) === version;
}
