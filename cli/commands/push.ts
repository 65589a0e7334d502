// headgate push: writes the sites into the store that the edge reads, after their checks and tests have passed.
import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { DEFAULT_SITES, type LoadedSite, type LoadedSites } from "../load-sites.ts";
import { warningList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { wranglerConfig } from "../project.ts";
import { type Change, changesTo, DEFAULT_BINDING, type Place } from "../pushing/push-plan.ts";
import { type PushOutcome, pushData, pushErrors, pushText } from "../pushing/push-report.ts";
import { readEntries, writeEntries } from "../pushing/store.ts";
import { hasFailed, runAllTests } from "../run-tests.ts";

interface PushOptions {
  readonly local?: true;
  readonly remote?: true;
  readonly persistTo?: string;
  readonly config?: string;
  readonly env?: string;
  readonly binding: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  npx headgate push --local
  npx headgate push sites/demo.yaml --remote
  npx headgate push sites --remote --env staging
`;

export function addPushCommand(program: Command): void {
  program
    .command("push")
    .description("check and test the site files, then write them into the store that the edge reads")
    .argument("[FILE...]", `site files, or folders of them (default: ${DEFAULT_SITES}/)`)
    .option("--local", "write to the local store of `wrangler dev`")
    .option("--remote", "write to Cloudflare's KV, with wrangler's own login")
    .option("--persist-to <DIR>", "the folder of the local store, as in wrangler (default: .wrangler/state)")
    .option("--config <FILE>", "wrangler's configuration (default: that of the current folder)")
    .option("--env <NAME>", "an environment of that configuration, such as staging")
    .option("--binding <NAME>", "the KV binding that holds the sites", DEFAULT_BINDING)
    .option("--json", "report as JSON (docs/commands.md)")
    .addHelpText("after", `${EXAMPLES}${EXIT_CODE_HELP}`)
    .action(async (paths: string[], options: PushOptions, command: Command) => {
      const place = placeOf(options, command);
      const loaded = await sitesNamed(paths, command);
      const paint = paintFor(process.stderr);
      if (!options.json && loaded.warnings.length > 0) console.error(warningList(loaded.warnings, paint));
      const outcome = await pushIfFine(loaded, place);
      if (options.json) console.log(JSON.stringify(pushData(outcome), null, 2));
      else if (isDone(outcome)) console.log(pushText(outcome, paintFor(process.stdout)));
      else console.error(pushErrors(outcome, paint));
      if (!isDone(outcome)) process.exitCode = PROBLEMS;
    });
}

function placeOf(options: PushOptions, command: Command): Place {
  const { local, remote, persistTo, config, env, binding } = options;
  if (local === remote) {
    command.error("error: choose either --local or --remote", { exitCode: WRONG_USAGE });
  }
  const namespace = { configFile: wranglerConfig(config), env, binding };
  if (!existsSync(namespace.configFile)) {
    command.error(`error: no such file: ${namespace.configFile}`, { exitCode: WRONG_USAGE });
  }
  if (local) {
    return {
      ...namespace,
      kind: "local",
      folder: persistTo === undefined ? undefined : path.resolve(persistTo),
    };
  }
  if (persistTo !== undefined) {
    command.error("error: --persist-to can only be used with --local", { exitCode: WRONG_USAGE });
  }
  return { ...namespace, kind: "remote" };
}

async function pushIfFine(loaded: LoadedSites, place: Place): Promise<PushOutcome> {
  const before = { loaded, store: place.kind, tested: [], changes: undefined, error: undefined };
  if (loaded.problems.length > 0) return before;
  const tested = runAllTests(loaded.sites, Date.now());
  if (tested.some(({ runs }) => runs.some(hasFailed))) return { ...before, tested };
  return { ...before, tested, ...(await push(loaded.sites, place)) };
}

const isDone = ({ changes, error }: PushOutcome): boolean => changes !== undefined && error === undefined;

async function push(
  sites: readonly LoadedSite[],
  place: Place,
): Promise<Pick<PushOutcome, "changes" | "error">> {
  const keys = changesTo(undefined, sites).map(({ key }) => key);
  const present = await readEntries(keys, place);
  // A store that cannot be read may still accept writes. If it does not, the error of the write says why.
  const changes = changesTo(present.ok ? present.value : undefined, sites);
  const toWrite = changes.filter(({ change }) => change !== "same");
  if (toWrite.length === 0) return { changes, error: undefined };
  const written = await writeEntries(toWrite, place);
  if (!written.ok) return { changes, error: written.error };
  const missing = place.kind === "local" ? await notReadBack(toWrite, place) : [];
  return {
    changes,
    error: missing.length > 0 ? `not found in the store afterwards: ${missing.join(", ")}` : undefined,
  };
}

async function notReadBack(entries: readonly Change[], place: Place): Promise<string[]> {
  const found = await readEntries(
    entries.map(({ key }) => key),
    place,
  );
  if (!found.ok) return entries.map(({ key }) => key);
  return entries.filter(({ key, value }) => found.value.get(key) !== value).map(({ key }) => key);
}
