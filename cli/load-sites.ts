// The site files given to a command: files, or folders of files; `sites/` if none is given. Problems are collected, so
// that one run reports all of them.
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../shared/result.ts";
import { fingerprintOf } from "../shared/site/fingerprint.ts";
import type { LocatedProblem, Problem } from "../shared/site/problem.ts";
import { readSiteFile, type SiteFileRead } from "../shared/site/read-site-file.ts";
import type { Site } from "../shared/site/schema.ts";
import { orItsCrash, warningsOf } from "../shared/site/warnings/warnings.ts";
import { compileWhole } from "../worker/routing/compile-whole.ts";
import { hostsTakenTwice } from "../shared/site/hosts-taken-twice.ts";
import { slowExpressions } from "./slow-expressions.ts";
import { storedText } from "./stored-text.ts";
import { decodeUtf8 } from "./utf8.ts";

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

/** Dot files are not site files: editors keep their copies in them. */
const SITE_FILE = /^[^.].*\.(?:ya?ml|json)$/;

export const isSiteFile = (name: string): boolean => SITE_FILE.test(name);

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
    const slow = slowOnes(site);
    const faults = [...slow.found, ...faultsOfCompiling(site)];
    problems.push(...faults.map(locate));
    if (faults.length > 0) continue;
    const version = await fingerprintOf(json);
    sites.push({ ...read.value, file, version, stored: await storedText({ site, json, version }) });
    const doubts = warningsOf(site, (part) => `line ${locate(part).line}`);
    warnings.push(...[...doubts, ...slow.crash].map(locate));
  }
  return ok({ sites, problems: [...problems, ...hostsTakenTwice(sites)], warnings });
}

/** Fails if, for example, the file belongs to another user, or was deleted after its folder was read. */
async function textOf(file: string): Promise<Result<string, LocatedProblem[]>> {
  try {
    const decoded = decodeUtf8(await readFile(file));
    return decoded.ok ? decoded : err([{ file, path: "", ...decoded.error }]);
  } catch (error) {
    const message = `the file cannot be read: ${(error as NodeJS.ErrnoException).code}`;
    return err([{ file, line: 1, column: 1, path: "", message }]);
  }
}

/** The edge would accept these, but a site should not be served with them. A search that crashes has found nothing. */
function slowOnes(site: Site): { readonly found: Problem[]; readonly crash: Problem[] } {
  let found: Problem[] = [];
  const crash = orItsCrash("slow expressions", () => {
    found = slowExpressions(site);
    return [];
  });
  return { found, crash };
}

function faultsOfCompiling(site: Site): Problem[] {
  const compiled = compileWhole(site, "");
  return compiled.ok ? [] : compiled.error;
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
    const names = (await readdir(given)).filter(isSiteFile).sort();
    if (names.length === 0) return err(`no site file (*.yaml, *.yml, *.json) in ${given}`);
    for (const name of names) files.add(path.join(given, name));
  }
  return ok([...files]);
}
