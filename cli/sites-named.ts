// The sites that a command names. If it names none, the command ends with a clear error.
import type { Command } from "commander";
import { WRONG_USAGE } from "./exit-codes.ts";
import { type LoadedSites, loadSites } from "./load-sites.ts";

export async function sitesNamed(paths: readonly string[], command: Command): Promise<LoadedSites> {
  const loaded = await loadSites(paths);
  return loaded.ok ? loaded.value : command.error(`error: ${loaded.error}`, { exitCode: WRONG_USAGE });
}
