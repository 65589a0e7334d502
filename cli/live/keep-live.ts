// Keeps what is served equal to a folder of site files, as far as they are valid: reads them, and reads them again whenever
// one changes. A file with a problem keeps its last good version.
import { stat } from "node:fs/promises";
import type { LoadedSite, LoadedSites } from "../load-sites.ts";
import { loadSites } from "../load-sites.ts";
import { differenceBetween, NOTHING_SERVED, type Served, servedAfter, textsOf } from "./last-good.ts";
import { watchSites } from "./watch-sites.ts";

/** Where the edge reads its sites. */
export interface SiteHolder {
  /** From now on exactly these sites are served, by host pattern. */
  hold(texts: ReadonlyMap<string, string>): Promise<void>;
}

/** What happens to the site files, for display. */
export interface SiteNews {
  live(site: LoadedSite): void;
  gone(file: string): void;
  problems(problems: LoadedSites["problems"]): void;
  /** The file has no problem any more, and the site is the one that was served all the time. */
  mended(file: string): void;
  /** The warnings for sites that have just gone live. */
  warnings(warnings: LoadedSites["warnings"]): void;
  trouble(sentence: string): void;
}

export interface KeptLive {
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
  readonly tell: SiteNews;
}

/** Resolves when the sites of the folder are held. Rejects if they cannot be written. */
export async function keepLive(
  { folder, adapt, loaded, tell }: LiveOptions,
  holder: SiteHolder,
): Promise<KeptLive> {
  let served = loaded ? servedAfter(NOTHING_SERVED, loaded) : NOTHING_SERVED;
  let broken: ReadonlySet<string> = new Set();

  const readOnce = async (): Promise<void> => {
    const { after, problems, warnings } = await readSites(folder, adapt, served, tell);
    const { live, gone } = differenceBetween(served, after);
    const stillBroken = new Set(problems.map(({ file }) => file));
    const mended = [...broken].filter((file) => !stillBroken.has(file) && after.has(file));
    served = after;
    broken = stillBroken;
    await holder.hold(textsOf(served));
    for (const site of live) tell.live(site);
    for (const file of mended) if (!live.some((site) => site.file === file)) tell.mended(file);
    const fresh = warnings.filter(({ file }) => live.some((site) => site.file === file));
    if (fresh.length > 0) tell.warnings(fresh);
    for (const file of gone) tell.gone(file);
  };

  let reading = loaded ? holder.hold(textsOf(served)) : readOnce();
  await reading;
  const readAgain = (): Promise<void> => {
    reading = reading.then(readOnce, readOnce);
    return reading;
  };
  const watching = await watchSites(folder, () => {
    readAgain().catch((error: unknown) => tell.trouble(String(error)));
  });
  return {
    readAgain,
    stop: async () => {
      await watching.close();
      await reading.catch(() => {}); // reported already
    },
  };
}

async function readSites(
  folder: string,
  adapt: LiveOptions["adapt"],
  before: Served,
  tell: SiteNews,
): Promise<{ readonly after: Served } & Pick<LoadedSites, "problems" | "warnings">> {
  const loaded = await loadSites([folder], adapt);
  if (!loaded.ok) {
    tell.trouble(loaded.error);
    // If the last file was deleted, nothing is served. If the folder itself is gone, that is taken for an accident, and
    // everything stays.
    const after = (await stat(folder).catch(() => undefined)) ? NOTHING_SERVED : before;
    return { after, problems: [], warnings: [] };
  }
  const { problems, warnings } = loaded.value;
  if (problems.length > 0) tell.problems(problems);
  return { after: servedAfter(before, loaded.value), problems, warnings };
}
