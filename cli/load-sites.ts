// The sites in the files given to a command; in `sites/` if none is given. Problems are collected, so that one run reports
// all of them.
import { ok, type Result } from "../shared/result.ts";
import { fingerprintOf } from "../shared/site/fingerprint.ts";
import { hostsTakenTwice } from "../shared/site/hosts.ts";
import type { LocatedProblem } from "../shared/site/problem.ts";
import { readSiteFile, type SiteFileRead } from "../shared/site/read-site-file.ts";
import { hostPatterns } from "../worker/routing/hosts.ts";
import { judgeSite } from "./judge-site.ts";
import { filesAt, textOf } from "./site-files.ts";
import { storedText } from "./stored-text.ts";

export interface LoadedSite extends SiteFileRead {
  /** As the user would name it. */
  readonly file: string;
  /** The fingerprint of `json`. The edge uses the same name for this version. */
  readonly version: string;
  /** The text written to the store. */
  readonly stored: string;
}

export interface LoadedSites {
  readonly sites: readonly LoadedSite[];
  readonly problems: readonly LocatedProblem[];
  /** Settings that are valid but have no effect. */
  readonly warnings: readonly LocatedProblem[];
}

export const DEFAULT_SITES = "sites";

/**
 * `adapt` changes the text of each file before it is read. The error is a sentence about the command line: a file that does
 * not exist, a folder without a site file.
 */
export async function loadSites(
  paths: readonly string[],
  adapt: (text: string) => string = (text) => text,
): Promise<Result<LoadedSites, string>> {
  const files = await filesAt(paths.length > 0 ? paths : [DEFAULT_SITES]);
  if (!files.ok) return files;
  const sites: LoadedSite[] = [];
  const problems: LocatedProblem[] = [];
  const warnings: LocatedProblem[] = [];
  for (const file of files.value) {
    const text = await textOf(file);
    const read = text.ok ? readSiteFile(adapt(text.value), file) : text;
    if (!read.ok) {
      problems.push(...read.error);
      continue;
    }
    const { site, json, locate } = read.value;
    const judged = judgeSite(site, (part) => `line ${locate(part).line}`);
    problems.push(...judged.faults.map(locate));
    if (judged.faults.length > 0) continue;
    const version = await fingerprintOf(json);
    sites.push({ ...read.value, file, version, stored: await storedText({ site, json, version }) });
    warnings.push(...judged.warnings.map(locate));
  }
  return ok({ sites, problems: [...problems, ...hostsTakenTwice(sites)], warnings });
}

/** The site that serves this host. The patterns are tried in the order of live traffic: the most specific first. */
export function pickSite(sites: readonly LoadedSite[], host: string): LoadedSite | undefined {
  for (const pattern of hostPatterns(host)) {
    const found = sites.find(({ site }) => site.hosts.includes(pattern));
    if (found) return found;
  }
  return undefined;
}
