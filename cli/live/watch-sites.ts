// Reports a change among the site files of a folder once writing has settled: an editor saves in several steps. The system's
// own notices (chokidar) come at once. They are lost when the folder itself is replaced, and where a link leads changes
// without any (as Kubernetes updates a ConfigMap), so the folder is also compared with itself every other second.
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { watch } from "chokidar";
import { isSiteFile } from "../site-files.ts";

const REST_MS = 80;
const COMPARE_EVERY_MS = 2_000;

export interface SiteWatch {
  close(): Promise<void>;
}

export async function watchSites(folder: string, onChange: () => void): Promise<SiteWatch> {
  let rest: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(rest);
    rest = setTimeout(onChange, REST_MS);
  };
  let seen = await signatureOf(folder);
  const notices = watch(folder, { ignoreInitial: true, depth: 0 });
  notices.on("all", (_event, file) => {
    if (isSiteFile(path.basename(file)) || path.resolve(file) === path.resolve(folder)) changed();
  });
  notices.on("error", () => {}); // the comparison sees what the notices miss
  const comparison = setInterval(async () => {
    const now = await signatureOf(folder);
    if (now === seen) return;
    seen = now;
    changed();
  }, COMPARE_EVERY_MS);
  return {
    close: async () => {
      clearTimeout(rest);
      clearInterval(comparison);
      await notices.close();
    },
  };
}

/** Differs when a file was added, removed or written, or when a link leads elsewhere. */
async function signatureOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => [""]); // a single file, or nothing
  const files = names
    .filter((name) => name === "" || isSiteFile(name))
    .map(async (name) => {
      const file = path.join(folder, name);
      const found = await Promise.all([realpath(file), stat(file)]).catch(() => undefined);
      return found ? [name, found[0], found[1].ino, found[1].size, found[1].mtimeMs].join("\t") : name;
    });
  return (await Promise.all(files)).join("\n");
}
