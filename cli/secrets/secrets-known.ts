// For `check` and `push`, which need no secrets: where some are known, those that are missing are warnings.
import type { Command } from "commander";
import { WRONG_USAGE } from "../ending.ts";
import type { LoadedSites } from "../load-sites.ts";
import { readSecrets } from "./secrets-file.ts";
import { secretsMissing } from "./secrets-missing.ts";

export async function withMissingSecrets(
  loaded: LoadedSites,
  file: string | undefined,
  command: Command,
): Promise<LoadedSites> {
  const read = await readSecrets(file);
  if (!read.ok) return command.error(`error: ${read.error}`, { exitCode: WRONG_USAGE });
  const { variables } = read.value;
  if (file === undefined && Object.keys(variables).length === 0) return loaded;
  return { ...loaded, warnings: [...loaded.warnings, ...secretsMissing(loaded.sites, variables)] };
}
