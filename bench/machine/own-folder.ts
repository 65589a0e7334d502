// A folder for the files of a run, gone when it ends, by hand too.
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

export async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Ended by hand, what it started has to go too: an `exit` runs the endings, which a signal alone would not. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
}
