// A rollout as the options of `explain` describe it: the file of the next version, its share, and the salt of the rollout. Together
// they say which client gets which version.
import type { Command } from "commander";
import { readShare, sitesNamed } from "../command-arguments.ts";
import { WRONG_USAGE } from "../ending.ts";
import type { LoadedSite } from "../judge-file.ts";

export interface RolloutOptions {
  readonly next?: string;
  readonly share?: number;
  readonly salt?: string;
}

export interface RolloutByHand {
  readonly next: LoadedSite;
  readonly share: number;
  readonly salt: string;
}

export const withRolloutOptions = (command: Command): Command =>
  command
    .option("--next <FILE>", "the site file of a version that is rolled out; with --share and --salt")
    .option("--share <SHARE>", "the share of the clients that get it, such as 5%", readShare)
    .option("--salt <SALT>", "the salt of the rollout, as `headgate versions --json` shows it");

export async function rolloutByHand(
  { next, share, salt }: RolloutOptions,
  command: Command,
): Promise<RolloutByHand | undefined> {
  if (next === undefined && share === undefined && salt === undefined) return undefined;
  const fail = (message: string) => command.error(`error: ${message}`, { exitCode: WRONG_USAGE });
  if (next === undefined || share === undefined || salt === undefined) {
    return fail("--next, --share and --salt are only of use together");
  }
  const loaded = await sitesNamed([next], command);
  const [site] = loaded.sites;
  if (loaded.problems.length > 0) return fail(`${next} has problems: try \`headgate check ${next}\``);
  if (!site || loaded.sites.length > 1)
    return fail(`--next is one site file, and ${next} has ${loaded.sites.length}`);
  return { next: site, share, salt };
}
