// What is there to say of one site file? Its site, or its problems. A file that has not changed, and whose pages have not, is not judged again.
import path from "node:path";
import { fingerprintOf } from "../shared/site/fingerprint.ts";
import type { LocatedProblem } from "../shared/site/problem.ts";
import { readSiteFile, type SiteFileRead } from "../shared/site/read-site-file.ts";
import type { CheckedFile } from "../worker/publishing/checked-file.ts";
import { storedText } from "../worker/publishing/stored-text.ts";
import { fileState } from "./file-state.ts";
import { pagesIn } from "./included-pages.ts";
import { judgeSite } from "./judge-site.ts";
import { type SiteFile, textOf } from "./site-files.ts";

export interface LoadedSite extends SiteFileRead, CheckedFile {
  /** As the user would name it. */
  readonly file: string;
}

export type Judge = (text: string, file: string) => Promise<Outcome>;

export interface Remembered {
  readonly text: string;
  readonly outcome: Outcome;
  /** How the pages that it shows were; undefined if that is not sure. */
  readonly pages: string | undefined;
}

export type Memory = Map<string, Remembered>;

export interface Outcome {
  readonly site?: LoadedSite;
  readonly problems: readonly LocatedProblem[];
  /** Settings that are valid but have no effect. */
  readonly warnings: readonly LocatedProblem[];
  /** The files that it shows as pages. */
  readonly pages: readonly string[];
}

interface Means {
  /** Changes the text before it is read. */
  readonly adapt: (text: string) => string;
  readonly memory: Memory;
  readonly judge: Judge;
}

export async function outcomeOf(file: SiteFile, { adapt, memory, judge }: Means): Promise<Outcome> {
  const read = await textOf(file);
  if (!read.ok) return { problems: read.error, warnings: [], pages: [] };
  const text = adapt(read.value);
  const known = memory.get(file.name);
  const pagesBefore = await stateOf(known?.outcome.pages ?? []);
  if (known?.text === text && known.pages === pagesBefore) return known.outcome;
  const judged = await judge(text, file.name).catch((error: Error) => notJudged(file.name, error));
  // Of a file that cannot be parsed no page is known. Those of its last version are still no site files.
  const outcome = judged.site
    ? judged
    : { ...judged, pages: [...new Set([...judged.pages, ...(known?.outcome.pages ?? [])])] };
  // A page that is new, or was written meanwhile, may have been read before or after that. Then it is judged once more the next time.
  const pagesAfter = await stateOf(outcome.pages);
  memory.set(file.name, { text, outcome, pages: pagesAfter === pagesBefore ? pagesAfter : undefined });
  return outcome;
}

const stateOf = async (files: readonly string[]): Promise<string> =>
  (await Promise.all([...new Set(files)].sort().map((file) => fileState(file)))).join("\n");

function notJudged(file: string, { message }: Error): Outcome {
  const words = `the file cannot be checked: ${message}`;
  return { problems: [{ file, line: 1, column: 1, path: "", message: words }], warnings: [], pages: [] };
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
