// The sites in the files given to a command; in `sites/` if none is given. Problems are collected, so that one run reports
// all of them.
import path from "node:path";
import { ok, type Result } from "../shared/result.ts";
import { fingerprintOf } from "../shared/site/fingerprint.ts";
import { hostsTakenTwice } from "../shared/site/hosts.ts";
import type { LocatedProblem } from "../shared/site/problem.ts";
import { readSiteFile, type SiteFileRead } from "../shared/site/read-site-file.ts";
import type { CheckedFile } from "../worker/publishing/checked-file.ts";
import { storedText } from "../worker/publishing/stored-text.ts";
import { hostPatterns } from "../worker/routing/hosts.ts";
import { pagesIn } from "./included-pages.ts";
import { judgeSite } from "./judge-site.ts";
import { filesAt, type SiteFile, textOf } from "./site-files.ts";

export interface LoadedSite extends SiteFileRead, CheckedFile {
  /** As the user would name it. */
  readonly file: string;
}

export interface LoadedSites {
  readonly sites: readonly LoadedSite[];
  readonly problems: readonly LocatedProblem[];
  /** Settings that are valid but have no effect. */
  readonly warnings: readonly LocatedProblem[];
  /** The files that they show as pages. */
  readonly pages?: ReadonlySet<string>;
  /** For reading the same files again. */
  readonly memory?: Memory;
}

export const DEFAULT_SITES = "sites";

/** Open files. */
const AT_ONCE = 32;

export interface Loading {
  /** Changes the text of each file before it is read. */
  readonly adapt?: ((text: string) => string) | undefined;
  /** What is served of each file. If two files name one host, it stays with the one that has not changed. */
  readonly served?: ReadonlyMap<string, Pick<LoadedSite, "version">> | undefined;
  /** Of an earlier reading. A file with the same text has the same outcome. */
  readonly memory?: Memory | undefined;
  /** Where files are judged, if not here. */
  readonly judge?: Judge | undefined;
}

export type Judge = (text: string, file: string) => Promise<Outcome>;

export type Memory = Map<string, { readonly text: string; readonly outcome: Outcome }>;

export interface Outcome extends Pick<LoadedSites, "problems" | "warnings"> {
  readonly site?: LoadedSite;
  readonly pages: readonly string[];
}

/** The error is a sentence about the command line: a file that does not exist, a folder without a site file. */
export async function loadSites(
  paths: readonly string[],
  { adapt = (text) => text, served, memory = new Map(), judge = judgeHere }: Loading = {},
): Promise<Result<LoadedSites, string>> {
  const files = await filesAt(paths.length > 0 ? paths : [DEFAULT_SITES]);
  if (!files.ok) return files;
  const names = new Set(files.value.map(({ name }) => name));
  for (const name of memory.keys()) if (!names.has(name)) memory.delete(name);
  const outcomes: Outcome[] = [];
  for (let from = 0; from < files.value.length; from += AT_ONCE) {
    const some = files.value.slice(from, from + AT_ONCE);
    outcomes.push(...(await Promise.all(some.map((file) => outcomeOf(file, { adapt, memory, judge })))));
  }
  const pages = new Set(outcomes.flatMap((outcome) => outcome.pages));
  const sites = outcomes.flatMap(({ site }) => site ?? []);
  // A page may end in .json as a site file does.
  const ofSites = outcomes.filter(({ site }, at) => site || !pages.has(files.value[at]?.name ?? ""));
  const problems = ofSites.flatMap((outcome) => outcome.problems);
  const warnings = outcomes.flatMap((outcome) => outcome.warnings);
  const isAsServed = ({ file, version }: LoadedSite): boolean => served?.get(file)?.version === version;
  const byClaim = [...sites.filter(isAsServed), ...sites.filter((site) => !isAsServed(site))];
  return ok({ sites, problems: [...problems, ...hostsTakenTwice(byClaim)], warnings, pages, memory });
}

interface Means {
  readonly adapt: NonNullable<Loading["adapt"]>;
  readonly memory: Memory;
  readonly judge: Judge;
}

async function outcomeOf(file: SiteFile, { adapt, memory, judge }: Means): Promise<Outcome> {
  const read = await textOf(file);
  if (!read.ok) return { problems: read.error, warnings: [], pages: [] };
  const text = adapt(read.value);
  const known = memory.get(file.name);
  // A page may have changed meanwhile.
  if (known?.text === text && known.outcome.pages.length === 0) return known.outcome;
  const outcome = await judge(text, file.name);
  memory.set(file.name, { text, outcome });
  return outcome;
}

export async function judgeHere(text: string, file: string): Promise<Outcome> {
  const { include, files: pages } = pagesIn(path.dirname(file));
  const read = readSiteFile(text, file, { included: include });
  if (!read.ok) return { problems: read.error, warnings: [], pages };
  const { site, json, locate } = read.value;
  const { faults, warnings } = judgeSite(site, (part) => `line ${locate(part).line}`);
  if (faults.length > 0) return { problems: faults.map(locate), warnings: [], pages };
  const version = await fingerprintOf(json);
  const stored = await storedText({ site, json, version });
  return {
    site: { ...read.value, file, version, stored, source: text },
    problems: [],
    warnings: warnings.map(locate),
    pages,
  };
}

/** The site that serves this host. The patterns are tried in the order of live traffic: the most specific first. */
export function pickSite<Loaded extends Pick<LoadedSite, "site">>(
  sites: readonly Loaded[],
  host: string,
): Loaded | undefined {
  for (const pattern of hostPatterns(host)) {
    const found = sites.find(({ site }) => site.hosts.includes(pattern));
    if (found) return found;
  }
  return undefined;
}
