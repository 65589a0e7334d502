// The sites in the files given to a command; in `sites/` if none is given. Problems are collected, so that one run reports
// all of them.
import { ok, type Result } from "../shared/result.ts";
import { hostsTakenTwice } from "../shared/site/hosts.ts";
import type { LocatedProblem } from "../shared/site/problem.ts";
import type { Site } from "../shared/site/schema.ts";
import { hostPatterns } from "../worker/routing/hosts.ts";
import {
  type Judge,
  judgeHere,
  type LoadedSite,
  type Memory,
  type Outcome,
  outcomeOf,
} from "./judge-file.ts";
import { filesAt } from "./site-files.ts";

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
  /** What is served of each file. If two files name one host, it stays with the one that serves it. */
  readonly served?: Served | undefined;
  /** Of an earlier reading. A file with the same text has the same outcome. */
  readonly memory?: Memory | undefined;
  /** Where files are judged, if not here. */
  readonly judge?: Judge | undefined;
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
  const owned = served && hostsKept(served, names, sites);
  return ok({ sites, problems: [...problems, ...hostsTakenTwice(sites, owned)], warnings, pages, memory });
}

type Served = ReadonlyMap<string, { readonly site: Pick<Site, "hosts"> }>;

/**
 * The hosts that stay with the files that serve them. A file that is gone has none any more, and one without a problem those that it still
 * names. One with a problem keeps all: it goes on to be served as it was.
 */
function hostsKept(
  served: Served,
  files: ReadonlySet<string>,
  sites: readonly LoadedSite[],
): Map<string, string> {
  const now = new Map(sites.map(({ file, site }) => [file, new Set(site.hosts)]));
  const kept = new Map<string, string>();
  for (const [file, { site }] of served) {
    if (!files.has(file)) continue;
    const named = now.get(file);
    for (const host of site.hosts) if (!named || named.has(host)) kept.set(host, file);
  }
  return kept;
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
