// Reports a change among the site files of a folder once writing has settled: an editor saves in several steps. The system's
// own notices (chokidar) come at once. They are lost when the folder itself is replaced, and where a link leads changes
// without any (as Kubernetes updates a ConfigMap), so the folder is also compared with itself every other second. A folder in
// the place of the one that is watched is watched from then on.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { watch } from "chokidar";
import { fileState } from "../file-state.ts";
import { isSiteFile } from "../site-files.ts";

const REST_MS = 80;
/** While files are written all the time, they are read this often. */
const AT_LATEST_MS = 500;
const COMPARE_EVERY_MS = 2_000;
/** Of the time, so that a folder of thousands of files, or a slow file system, keeps no core busy. */
const COMPARING_SHARE = 1 / 50;

export interface SiteWatch {
  close(): Promise<void>;
}

/**
 * `place`: a folder, or a site file in one. `pages`: the files that the site files show at the time. Others in the folder, such as a log,
 * may change all the time.
 */
export async function watchSites(
  place: string,
  onChange: () => void,
  pages: () => ReadonlySet<string> = () => new Set(),
): Promise<SiteWatch> {
  const isFile = await stat(place).then(
    (found) => !found.isDirectory(),
    () => false,
  );
  const folder = isFile ? path.dirname(place) : place;
  const isSite = isFile ? (name: string) => name === path.basename(place) : isSiteFile;
  const isWatched = (name: string) => isSite(name) || pages().has(path.join(folder, name));
  let seen = await signatureOf(folder, isWatched);
  let isClosed = false;
  let rest: NodeJS.Timeout | undefined;
  let since: number | undefined;
  const changed = () => {
    const now = performance.now();
    since ??= now;
    clearTimeout(rest);
    rest = setTimeout(report, Math.min(REST_MS, since + AT_LATEST_MS - now));
  };
  const report = async () => {
    since = undefined;
    await followFolder();
    seen = await signatureOf(folder, isWatched); // or the comparison would report the same change again
    if (!isClosed) onChange();
  };
  const openNotices = () => {
    const opened = watch(folder, { ignoreInitial: true, depth: 0 });
    opened.on("all", (event, file) => {
      const isFolder = path.resolve(file) === path.resolve(folder);
      if (isFolder && event === "unlinkDir") inPlace = undefined;
      if (isFolder || isWatched(path.basename(file))) changed();
    });
    opened.on("error", () => {}); // the comparison sees what the notices miss
    return opened;
  };
  let inPlace = await placeOf(folder);
  let notices = openNotices();
  const followFolder = async () => {
    const now = await placeOf(folder);
    if (isClosed || now === inPlace) return;
    inPlace = now;
    if (now === undefined) return;
    void notices.close();
    notices = openNotices();
  };
  const compare = async () => {
    const begun = performance.now();
    await followFolder();
    const now = await signatureOf(folder, isWatched);
    if (isClosed) return;
    if (now !== seen) changed();
    const took = performance.now() - begun;
    comparison = setTimeout(compare, Math.max(COMPARE_EVERY_MS, took / COMPARING_SHARE));
  };
  let comparison = setTimeout(compare, COMPARE_EVERY_MS);
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(rest);
      clearTimeout(comparison);
      await notices.close();
    },
  };
}

/** Differs when another folder has taken its place, or a link to it leads elsewhere. */
const placeOf = (folder: string): Promise<string | undefined> =>
  stat(folder).then(
    ({ dev, ino, birthtimeMs }) => `${dev} ${ino} ${birthtimeMs}`, // the number of a deleted folder is given again
    () => undefined,
  );

/** Differs when a file was added, removed or written, or when a link leads elsewhere. */
async function signatureOf(folder: string, isWatched: (name: string) => boolean): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return fileState(folder);
  const files = entries
    .filter(({ name }) => isWatched(name))
    .map((entry) => fileState(path.join(folder, entry.name), entry.isSymbolicLink()));
  return (await Promise.all(files)).join("\n");
}
