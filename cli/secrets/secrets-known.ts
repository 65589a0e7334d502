// For `check` and `push`, which need no secrets: where some are known, those that are missing are warnings. So is HEADGATE_SECRET.
import type { Command } from "commander";
import type { LocatedProblem } from "../../shared/site/problem.ts";
import { WRONG_USAGE } from "../ending.ts";
import type { LoadedSites } from "../load-sites.ts";
import { rootSecretMissing } from "./root-secret-missing.ts";
import { readSecrets } from "./secrets-file.ts";
import { secretsMissing } from "./secrets-missing.ts";

export async function secretsMissingHere(
  { sites }: Pick<LoadedSites, "sites">,
  file: string | undefined,
  command: Command,
): Promise<LocatedProblem[]> {
  const read = await readSecrets(file);
  if (!read.ok) return command.error(`error: ${read.error}`, { exitCode: WRONG_USAGE });
  const { variables } = read.value;
  const isAnyKnown = file !== undefined || Object.keys(variables).length > 0;
  return [...rootSecretMissing(sites, process.env), ...(isAnyKnown ? secretsMissing(sites, variables) : [])];
}
