// The site files that a command was given: files, or folders of files; `sites/` where none was named. What is wrong
// with them is gathered, so that one run tells of everything.
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../shared/result.ts";
import { type LocatedProblem, readSiteFile } from "./read-site-file.ts";
import type { Site } from "../shared/site/schema.ts";
import { siteVersion } from "../shared/site/version.ts";
import { hostsTakenTwice } from "./hosts-taken-twice.ts";

export interface LoadedSite {
  /** As the user would name it. */
  readonly file: string;
  readonly site: Site;
  /** What is written to the store and embedded: the version is a fingerprint of this very text. */
  readonly json: string;
  readonly version: string;
}

export interface LoadedSites {
  readonly sites: readonly LoadedSite[];
  readonly problems: readonly LocatedProblem[];
}

export const DEFAULT_SITES = "sites";

const SITE_FILE = /\.(?:ya?ml|json)$/;

/** The error is a sentence about the command line: a file that is not there, a folder without a site file. */
export async function loadSites(paths: readonly string[]): Promise<Result<LoadedSites, string>> {
  const files = await filesAt(paths.length > 0 ? paths : [DEFAULT_SITES]);
  if (!files.ok) return files;
  const sites: LoadedSite[] = [];
  const problems: LocatedProblem[] = [];
  for (const file of files.value) {
    const read = readSiteFile(await readFile(file, "utf8"), file);
    if (!read.ok) problems.push(...read.error);
    else sites.push({ file, ...read.value, version: await siteVersion(read.value.json) });
  }
  return ok({ sites, problems: [...problems, ...hostsTakenTwice(sites)] });
}

async function filesAt(paths: readonly string[]): Promise<Result<string[], string>> {
  const files = new Set<string>();
  for (const given of paths) {
    const found = await stat(given).catch(() => undefined);
    if (!found) return err(`no such file or folder: ${given}`);
    if (!found.isDirectory()) {
      files.add(path.normalize(given));
      continue;
    }
    const names = (await readdir(given)).filter((name) => SITE_FILE.test(name)).sort();
    if (names.length === 0) return err(`no site file (*.yaml, *.yml, *.json) in ${given}`);
    for (const name of names) files.add(path.join(given, name));
  }
  return ok([...files]);
}
