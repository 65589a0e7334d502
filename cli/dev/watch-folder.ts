// Reports a change in a folder once writing has settled: an editor saves in several steps.
import { type FSWatcher, watch } from "node:fs";

const REST_MS = 80;

export function watchFolder(folder: string, onChange: () => void): FSWatcher {
  let timer: NodeJS.Timeout | undefined;
  return watch(folder, () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, REST_MS);
  });
}
