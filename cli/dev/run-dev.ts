// Local emulation: `wrangler dev`, and a watch on the site files that keeps its store up to date.
import { stat } from "node:fs/promises";
import path from "node:path";
import { type LoadedSite, type LoadedSites, loadSites } from "../load-sites.ts";
import { PROJECT } from "../project.ts";
import { differenceBetween, NOTHING_SERVED, type Served, servedAfter, textsOf } from "./last-good.ts";
import { type LocalStore, openLocalStore } from "./local-store.ts";
import { type RunningWrangler, runWrangler } from "./run-wrangler.ts";
import { watchFolder } from "./watch-folder.ts";
import type { WranglerLine } from "./wrangler-lines.ts";

/** A saved file is usually tried at once, so the edge looks again after this long instead of its usual seconds. */
const SITE_AGE_MS = "200";

export interface DevOptions {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** The same as wrangler's `--persist-to`. */
  readonly stateFolder: string;
  /** Changes the site's JSON before it is served; the demo fills in its ports. */
  readonly adapt: (json: string) => string;
  readonly tell: DevNews;
}

/** The events, for display. */
export interface DevNews {
  live(site: LoadedSite): void;
  gone(file: string): void;
  problems(problems: LoadedSites["problems"]): void;
  /** The warnings for sites that have just gone live. */
  warnings(warnings: LoadedSites["warnings"]): void;
  trouble(sentence: string): void;
  line(text: string, line: WranglerLine): void;
}

export interface RunningDev {
  readonly url: string;
  /** Resolves when wrangler has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export const LOCAL_STATE = path.join(PROJECT, ".wrangler/state");

/** Rejects with wrangler's output if it does not start. */
export async function runDev(options: DevOptions): Promise<RunningDev> {
  const { folder, adapt, tell } = options;
  const { store, wrangler } = await startBoth(options);
  let served = NOTHING_SERVED;

  const readAgain = async (): Promise<void> => {
    const { after, warnings } = await readSites(folder, served, tell);
    const { live, gone } = differenceBetween(served, after);
    served = after;
    await store.hold(new Map([...textsOf(served)].map(([pattern, text]) => [pattern, adapt(text)])));
    for (const site of live) tell.live(site);
    const fresh = warnings.filter(({ file }) => live.some((site) => site.file === file));
    if (fresh.length > 0) tell.warnings(fresh);
    for (const file of gone) tell.gone(file);
  };

  let reading = readAgain();
  const watcher = watchFolder(folder, () => {
    reading = reading.then(readAgain).catch((error: unknown) => tell.trouble(String(error)));
  });
  const stop = async (): Promise<void> => {
    watcher.close();
    await reading.catch(() => {}); // reported already
    await Promise.all([wrangler.stop(), store.close()]);
  };
  try {
    await reading;
    return { url: wrangler.url, ended: wrangler.ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each takes several seconds, so they start in parallel. If one fails, the other is ended. */
async function startBoth(
  options: DevOptions,
): Promise<{ readonly store: LocalStore; readonly wrangler: RunningWrangler }> {
  const { host, port, stateFolder, tell } = options;
  const configFile = path.join(PROJECT, "wrangler.toml");
  const vars = { HEADGATE_SITE_REFRESH_MS: SITE_AGE_MS, HEADGATE_SITE_EXPIRE_MS: SITE_AGE_MS };
  const [store, wrangler] = await Promise.allSettled([
    openLocalStore(configFile, stateFolder),
    runWrangler({ configFile, stateFolder, host, port, vars, onLine: tell.line }),
  ]);
  if (store.status === "fulfilled" && wrangler.status === "fulfilled") {
    return { store: store.value, wrangler: wrangler.value };
  }
  if (store.status === "fulfilled") await store.value.close();
  if (wrangler.status === "fulfilled") await wrangler.value.stop();
  throw store.status === "rejected" ? store.reason : (wrangler as PromiseRejectedResult).reason;
}

async function readSites(
  folder: string,
  before: Served,
  tell: DevNews,
): Promise<{ readonly after: Served; readonly warnings: LoadedSites["warnings"] }> {
  const loaded = await loadSites([folder]);
  if (!loaded.ok) {
    tell.trouble(loaded.error);
    // If the last file was deleted, nothing is served. If the folder itself is gone, that is taken for an accident, and
    // everything stays.
    const after = (await stat(folder).catch(() => undefined)) ? NOTHING_SERVED : before;
    return { after, warnings: [] };
  }
  if (loaded.value.problems.length > 0) tell.problems(loaded.value.problems);
  return { after: servedAfter(before, loaded.value), warnings: loaded.value.warnings };
}
