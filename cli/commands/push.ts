// headgate push: writes the sites into the store that the edge reads, after their checks and tests have passed.
import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { DEFAULT_SITES, type LoadedSite } from "../load-sites.ts";
import { countProblems, plural, problemList, warningList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { wranglerConfig } from "../project.ts";
import { adviceOn, type Change, changesTo, DEFAULT_BINDING, type Place } from "../pushing/push-plan.ts";
import { readEntries, writeEntries } from "../pushing/store.ts";
import { runTests, testReport, testSummary } from "../run-tests.ts";

interface PushOptions {
  readonly local?: true;
  readonly remote?: true;
  readonly persistTo?: string;
  readonly config?: string;
  readonly env?: string;
  readonly binding: string;
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
    .addHelpText("after", `${EXAMPLES}${EXIT_CODE_HELP}`)
    .action(async (paths: string[], options: PushOptions, command: Command) => {
      const place = placeOf(options, command);
      const { sites, problems, warnings } = await sitesNamed(paths, command);
      if (warnings.length > 0) console.error(warningList(warnings, paintFor(process.stderr)));
      if (problems.length > 0) {
        const paint = paintFor(process.stderr);
        return refuse(`${problemList(problems, paint)}\n${paint("red", countProblems(problems))}`);
      }
      const failed = failedTests(sites);
      if (failed !== undefined) return refuse(failed);
      await push(sites, place);
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

function failedTests(sites: readonly LoadedSite[]): string | undefined {
  const paint = paintFor(process.stderr);
  const reports = sites.map(({ file, ...site }) => ({ file, runs: runTests({ file, ...site }, Date.now()) }));
  const failed = reports
    .map(({ file, runs }) => ({ file, runs: runs.filter(({ failures }) => failures.length > 0) }))
    .filter(({ runs }) => runs.length > 0);
  if (failed.length === 0) return undefined;
  const summary = testSummary(
    reports.flatMap(({ runs }) => runs),
    paint,
  );
  return [...failed.map(({ file, runs }) => testReport(file, runs, paint)), summary].join("\n");
}

async function push(sites: readonly LoadedSite[], place: Place): Promise<void> {
  const keys = changesTo(undefined, sites).map(({ key }) => key);
  const present = await readEntries(keys, place);
  // A store that cannot be read may still accept writes. If it does not, the error of the write says why.
  const changes = changesTo(present.ok ? present.value : undefined, sites);
  const toWrite = changes.filter(({ change }) => change !== "same");

  if (toWrite.length > 0) {
    const written = await writeEntries(toWrite, place);
    if (!written.ok) return fail(written.error);
    if (place.kind === "local") {
      const missing = await notReadBack(toWrite, place);
      if (missing.length > 0) return fail(`not found in the store afterwards: ${missing.join(", ")}`);
    }
  }
  for (const change of changes) console.log(changeLine(change, changes));
  const where = place.kind === "local" ? "the local store" : "Cloudflare's KV";
  console.log(
    `${plural(toWrite.length, "key")} written to ${where}, ${changes.length - toWrite.length} left alone`,
  );
  if (place.kind === "remote") console.log("The edge sees it within 90 seconds.");
}

async function notReadBack(entries: readonly Change[], place: Place): Promise<string[]> {
  const found = await readEntries(
    entries.map(({ key }) => key),
    place,
  );
  if (!found.ok) return entries.map(({ key }) => key);
  return entries.filter(({ key, value }) => found.value.get(key) !== value).map(({ key }) => key);
}

function changeLine({ key, holds, change }: Change, all: readonly Change[]): string {
  const width = Math.max(...all.map((each) => each.key.length));
  const heldWidth = Math.max(...all.map((each) => each.holds.length));
  const words = change === "unknown" ? "written" : change;
  return `${key.padEnd(width)}  ${holds.padEnd(heldWidth)}  ${words}`;
}

function refuse(reason: string): void {
  console.error(reason);
  console.error("Nothing was written.");
  process.exitCode = PROBLEMS;
}

function fail(reason: string): void {
  const advice = adviceOn(reason);
  console.error(reason);
  if (advice !== undefined) console.error(`\nNothing was written: ${advice}.`);
  process.exitCode = PROBLEMS;
}
