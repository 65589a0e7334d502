// Tells when something in a folder has changed, once the writing has come to rest: an editor saves in several steps.
import { type FSWatcher, watch } from "node:fs";

const REST_MS = 80;

export function watchFolder(folder: string, onChange: () => void): FSWatcher {
  let timer: NodeJS.Timeout | undefined;
  return watch(folder, () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, REST_MS);
  });
}
