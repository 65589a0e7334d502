// Keeps what is served equal to a folder of site files, as far as they are valid: reads them, and reads them again whenever
// one changes. A file with a problem keeps its last good version.
import { readdir } from "node:fs/promises";
import type { Judge, LoadedSite, Memory } from "../judge-file.ts";
import { type LoadedSites, loadSites } from "../load-sites.ts";
import { differenceBetween, NOTHING_SERVED, type Served, servedAfter, textsOf } from "./last-good.ts";
import { watchSites } from "./watch-sites.ts";

/** Where the edge reads its sites. */
export interface SiteHolder {
  /** From now on exactly these sites are served: their texts by host pattern, and what was read from their files. */
  hold(texts: ReadonlyMap<string, string>, sites: readonly LoadedSite[]): Promise<void>;
}

/** What happens to the site files, for display. */
export interface SiteNews {
  live(site: LoadedSite): void;
  /** Was deleted. If it had a problem and never a good version, it had no hosts either. */
  gone(file: string): void;
  /** `served`: the files of which a version is served. */
  problems(problems: LoadedSites["problems"], served: Pick<Served, "has">): void;
  /** The file has no problem any more, and the site is the one that was served all the time. Or the folder can be read again. */
  mended(file: string): void;
  /** The warnings for sites that have just gone live. */
  warnings(warnings: LoadedSites["warnings"]): void;
  trouble(sentence: string): void;
}

export interface KeptLive {
  /** How many files are served, and how many problems there are in the others. */
  state(): { readonly sites: number; readonly problems: number };
  /** Reads the files now. Resolves when what they say is served. */
  readAgain(): Promise<void>;
  stop(): Promise<void>;
}

export interface LiveOptions {
  readonly folder: string;
  /** Changes the text of each file before it is read; the demo fills in its ports. */
  readonly adapt?: (text: string) => string;
  /** What was read a moment ago, without a problem. Otherwise the files are read at once. */
  readonly loaded?: LoadedSites;
  /** Where changed files are judged, if not in this thread. */
  readonly judge?: Judge | undefined;
  /** What the holder cannot hold, as problems of the files. */
  readonly objections?: (sites: readonly LoadedSite[]) => LoadedSites["problems"];
  readonly tell: SiteNews;
}

/** If the holder fails, as on a full disk, it is tried again. */
const TRY_AGAIN_MS = 2_000;

/** Resolves when the sites of the folder are held. Rejects if they cannot be written. */
export async function keepLive(options: LiveOptions, holder: SiteHolder): Promise<KeptLive> {
  const { folder, loaded, tell } = options;
  const memory: Memory = loaded?.memory ?? new Map();
  let served = loaded ? servedAfter(NOTHING_SERVED, loaded) : NOTHING_SERVED;
  let problemCount = 0;
  let broken: ReadonlySet<string> = new Set();
  let folderTrouble: string | undefined;
  let pages: ReadonlySet<string> = loaded?.pages ?? new Set();
  let isStopped = false;

  const readOnce = async (): Promise<void> => {
    if (isStopped) return;
    const { after, problems, warnings, trouble, ...read } = await readSites(options, served, memory);
    if (isStopped) return;
    pages = read.pages ?? pages;
    const { live, gone } = differenceBetween(served, after);
    const newlyLive = new Set(live.map(({ file }) => file));
    const stillBroken = new Set(problems.map(({ file }) => file));
    const unbroken = [...broken].filter((file) => !stillBroken.has(file));
    const mended = unbroken.filter((file) => after.has(file) && !newlyLive.has(file));
    const deleted = unbroken.filter((file) => !after.has(file) && !served.has(file) && !pages.has(file));
    const isFolderBack = folderTrouble !== undefined && trouble === undefined && live.length === 0;
    problemCount = problems.length;
    await holder.hold(textsOf(after), [...after.values()]);
    served = after;
    broken = stillBroken;
    if (trouble !== undefined && trouble !== folderTrouble) tell.trouble(trouble);
    folderTrouble = trouble;
    if (isFolderBack) tell.mended(folder);
    if (problems.length > 0) tell.problems(problems, after);
    for (const site of live) tell.live(site);
    for (const file of mended) tell.mended(file);
    const fresh = warnings.filter(({ file }) => newlyLive.has(file));
    if (fresh.length > 0) tell.warnings(fresh);
    for (const file of [...gone, ...deleted]) tell.gone(file);
  };

  let reading = Promise.resolve();
  const readAgain = (): Promise<void> => {
    reading = reading.then(readOnce, readOnce);
    return reading;
  };
  let again: NodeJS.Timeout | undefined;
  let failure = "";
  const followChange = async (): Promise<void> => {
    clearTimeout(again);
    try {
      await readAgain();
      failure = "";
    } catch (error) {
      if (isStopped) return;
      const sentence = `the change cannot be taken over: ${(error as Error).message}; it is tried again`;
      if (sentence !== failure) tell.trouble(sentence);
      failure = sentence;
      clearTimeout(again);
      again = setTimeout(followChange, TRY_AGAIN_MS);
    }
  };
  const watching = await watchSites(
    folder,
    () => void followChange(),
    () => pages,
  );
  const stop = async (): Promise<void> => {
    isStopped = true;
    clearTimeout(again);
    await watching.close();
    await reading.catch(() => {}); // reported already
  };
  try {
    reading = loaded ? holder.hold(textsOf(served), [...served.values()]) : readOnce();
    await reading;
  } catch (error) {
    await stop();
    throw error;
  }
  if (loaded) void followChange(); // a file may have changed since it was read
  return { state: () => ({ sites: served.size, problems: problemCount }), readAgain, stop };
}

interface SitesRead extends Pick<LoadedSites, "problems" | "warnings" | "pages"> {
  readonly after: Served;
  /** A sentence about the folder. */
  readonly trouble?: string;
}

async function readSites(
  { folder, adapt, judge, objections }: LiveOptions,
  served: Served,
  memory: Memory,
): Promise<SitesRead> {
  const loaded = await loadSites([folder], { adapt, served, memory, judge });
  if (!loaded.ok) {
    // If the last file was deleted, nothing is served. If the folder itself is gone or cannot be read, that is taken for an
    // accident, and everything stays.
    const isEmpty = (await readdir(folder).catch(() => undefined)) !== undefined;
    return { after: isEmpty ? NOTHING_SERVED : served, problems: [], warnings: [], trouble: loaded.error };
  }
  const { sites, warnings, pages = new Set() } = loaded.value;
  const problems = [...loaded.value.problems, ...(objections?.(sites) ?? [])];
  return { after: servedAfter(served, { sites, problems }), problems, warnings, pages };
}
