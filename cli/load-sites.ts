// The site files that a command was given: files, or folders of files; `sites/` where none was named. What is wrong
// with them is gathered, so that one run tells of everything.
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../shared/result.ts";
import type { LocatedProblem } from "../shared/site/problem.ts";
import { readSiteFile, type SiteFileRead } from "../shared/site/read-site-file.ts";
import { staleInVain } from "../shared/site/warnings/stale-in-vain.ts";
import { unreachableProblems } from "../shared/site/unreachable-routes.ts";
import { fingerprintOf } from "../shared/site/fingerprint.ts";
import { hostsTakenTwice } from "./hosts-taken-twice.ts";
import { slowExpressions } from "./slow-expressions.ts";
import { storedText } from "./stored-text.ts";

export interface LoadedSite extends SiteFileRead {
  /** As the user would name it. */
  readonly file: string;
  /** The fingerprint of `json`: under this name the edge speaks of it too. */
  readonly version: string;
  /** What the store gets. */
  readonly stored: string;
}

export interface LoadedSites {
  readonly sites: readonly LoadedSite[];
  readonly problems: readonly LocatedProblem[];
  /** What is in order and has no effect all the same. */
  readonly warnings: readonly LocatedProblem[];
}

export const DEFAULT_SITES = "sites";

const SITE_FILE = /\.(?:ya?ml|json)$/;

/** The error is a sentence about the command line: a file that is not there, a folder without a site file. */
export async function loadSites(paths: readonly string[]): Promise<Result<LoadedSites, string>> {
  const files = await filesAt(paths.length > 0 ? paths : [DEFAULT_SITES]);
  if (!files.ok) return files;
  const sites: LoadedSite[] = [];
  const problems: LocatedProblem[] = [];
  const warnings: LocatedProblem[] = [];
  for (const file of files.value) {
    const text = await textOf(file);
    const read = text.ok ? readSiteFile(text.value, file) : text;
    const found = read.ok ? faultsOf(read.value) : read.error;
    problems.push(...found);
    if (read.ok && found.length === 0) {
      const version = await fingerprintOf(read.value.json);
      sites.push({ ...read.value, file, version, stored: await storedText({ ...read.value, version }) });
      warnings.push(...staleInVain(read.value.site).map(read.value.locate));
    }
  }
  return ok({ sites, problems: [...problems, ...hostsTakenTwice(sites)], warnings });
}

/** A file of others, say, or one that was deleted since its folder was read. */
async function textOf(file: string): Promise<Result<string, LocatedProblem[]>> {
  try {
    return ok(await readFile(file, "utf8"));
  } catch (error) {
    const message = `the file cannot be read: ${(error as NodeJS.ErrnoException).code}`;
    return err([{ file, line: 1, column: 1, path: "", message }]);
  }
}

/** What the edge would put up with, and a site should not be served with. */
function faultsOf({ site, locate }: SiteFileRead): LocatedProblem[] {
  const unreachable = unreachableProblems(site, (route) => `line ${locate(route).line}`);
  return [...unreachable, ...slowExpressions(site)].map(locate);
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
