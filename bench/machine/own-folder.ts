// A folder for the files of a run. It is removed when the run ends, even if it is interrupted.
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

export async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** If the run is interrupted, its processes must end too. An `exit` runs the exit handlers; a signal alone does not. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
}
