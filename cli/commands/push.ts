// headgate push: writes the sites into the store that the edge reads, after their checks and tests have passed.
import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { ok, type Result } from "../../shared/result.ts";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS, toldToEnd, WRONG_USAGE } from "../ending.ts";
import { DEFAULT_SITES, type LoadedSites } from "../load-sites.ts";
import { warningList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { wranglerConfig } from "../project.ts";
import { openCloudflareKv } from "../pushing/cloudflare-login.ts";
import { LocalKv } from "../pushing/local-kv.ts";
import { DEFAULT_BINDING, type Place } from "../pushing/place.ts";
import { isDone, type PushOutcome, pushData, pushErrors, pushText } from "../pushing/push-report.ts";
import { pushSites, type Wishes } from "../pushing/push-sites.ts";
import type { SiteStore } from "../pushing/site-store.ts";
import { hasFailed, runAllTests } from "../run-tests.ts";

interface PushOptions {
  readonly local?: true;
  readonly remote?: true;
  readonly persistTo?: string;
  readonly config?: string;
  readonly env?: string;
  readonly binding: string;
  readonly takeHost: readonly string[];
  readonly removeHost: readonly string[];
  readonly prune?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  npx headgate push --local
  npx headgate push sites/demo.yaml --remote
  npx headgate push sites --remote --env staging
  npx headgate push sites --remote --take-host www.example.com
`;

export function addPushCommand(program: Command): void {
  program
    .command("push")
    .description("check and test the site files, then write them into the store that the edge reads")
    .argument("[FILE...]", `site files, or folders of them (default: ${DEFAULT_SITES}/)`)
    .option("--local", "write to the local store of `wrangler dev`")
    .option("--remote", "write to Cloudflare's KV, with CLOUDFLARE_API_TOKEN or wrangler's own login")
    .option("--persist-to <DIR>", "the folder of the local store, as in wrangler (default: .wrangler/state)")
    .option("--config <FILE>", "wrangler's configuration (default: that of the current folder)")
    .option("--env <NAME>", "an environment of that configuration, such as staging")
    .option("--binding <NAME>", "the KV binding that holds the sites", DEFAULT_BINDING)
    .option("--take-host <HOST>", "let this host move here from another site; can be repeated", hosts, [])
    .option(
      "--remove-host <HOST>",
      "remove this host, which no file names any more; can be repeated",
      hosts,
      [],
    )
    .option("--prune", "remove the pointers to these sites that no file needs any more")
    .option("--json", "report as JSON (docs/commands.md)")
    .addHelpText("after", `${EXAMPLES}${EXIT_CODE_HELP}`)
    .action(async (paths: string[], options: PushOptions, command: Command) => {
      const place = placeOf(options, command);
      const loaded = await sitesNamed(paths, command);
      const paint = paintFor(process.stderr);
      if (!options.json && loaded.warnings.length > 0) console.error(warningList(loaded.warnings, paint));
      const named = loaded.sites.flatMap(({ site }) => site.hosts);
      const kept = options.removeHost.find((host) => named.includes(host));
      if (kept !== undefined) {
        command.error(`error: --remove-host ${kept}: a file names this host`, { exitCode: WRONG_USAGE });
      }
      const outcome = await pushIfFine(loaded, place, {
        takeHosts: options.takeHost,
        removeHosts: options.removeHost,
        prune: options.prune ?? false,
      });
      if (options.json) console.log(JSON.stringify(pushData(outcome), null, 2));
      else {
        const text = pushText(outcome, paintFor(process.stdout));
        if (text !== "") console.log(text);
        if (!isDone(outcome)) console.error(pushErrors(outcome, paint));
      }
      if (!isDone(outcome)) process.exitCode = PROBLEMS;
    });
}

const hosts = (host: string, before: readonly string[]): string[] => [...before, host.toLowerCase()];

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

async function pushIfFine(loaded: LoadedSites, place: Place, wishes: Wishes): Promise<PushOutcome> {
  const before = { loaded, store: place.kind, tested: [], pushed: undefined, error: undefined };
  if (loaded.problems.length > 0) return before;
  const tested = runAllTests(loaded.sites, Date.now());
  if (tested.some(({ runs }) => runs.some(hasFailed))) return { ...before, tested };
  const store = await storeAt(place);
  const pushed = store.ok ? await pushSites(loaded.sites, store.value, wishes) : store;
  return pushed.ok ? { ...before, tested, pushed: pushed.value } : { ...before, tested, error: pushed.error };
}

async function storeAt(place: Place): Promise<Result<SiteStore, string>> {
  if (place.kind === "local") return ok(new LocalKv(place));
  // Ctrl-C does not end the command in the middle of a call: it says first what was written.
  const interrupted = new AbortController();
  void toldToEnd().then(() => interrupted.abort());
  const tell = (sentence: string) => console.error(sentence);
  return openCloudflareKv(place, process.env, { tell, signal: interrupted.signal });
}
