// headgate push: writes the sites into the store that the edge reads, after their checks and tests have passed.
import type { Command } from "commander";
import { readShare, sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { DEFAULT_SITES } from "../load-sites.ts";
import { warningList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { pushIfFine } from "../pushing/push-if-fine.ts";
import { isDone, pushData, pushErrors, pushText } from "../pushing/push-report.ts";
import { placeOf, type StoreOptions, withStoreOptions } from "../pushing/store-options.ts";
import { secretsMissingHere } from "../secrets/secrets-known.ts";

interface PushOptions extends StoreOptions {
  readonly share?: number;
  readonly takeHost: readonly string[];
  readonly removeHost: readonly string[];
  readonly prune?: true;
  readonly allowMissingSecrets?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  npx headgate push --local
  npx headgate push sites/demo.yaml --remote
  npx headgate push sites --remote --env staging
  npx headgate push sites --remote --take-host www.example.com
  npx headgate push sites/shop.yaml --remote --share 5%
  npx headgate push sites --edge https://admin.example.com
`;

export function addPushCommand(program: Command): void {
  withStoreOptions(
    program
      .command("push")
      .description("check and test the site files, then write them into the store that the edge reads")
      .argument("[FILE...]", `site files, or folders of them (default: ${DEFAULT_SITES}/)`),
  )
    .option("--share <SHARE>", "roll the pushed version out to a share of the clients, such as 5%", readShare)
    .option("--take-host <HOST>", "let this host move here from another site; can be repeated", hosts, [])
    .option(
      "--remove-host <HOST>",
      "remove this host, which no file names any more; can be repeated",
      hosts,
      [],
    )
    .option("--prune", "remove the pointers to these sites that no file needs any more")
    .option("--allow-missing-secrets", "with --remote: push although the Worker lacks secrets of the sites")
    .option("--json", "report as JSON (docs/commands.md)")
    .addHelpText("after", `${EXAMPLES}${EXIT_CODE_HELP}`)
    .action(async (paths: string[], options: PushOptions, command: Command) => {
      const place = placeOf(options, command);
      if (options.share !== undefined && options.prune) {
        command.error(
          "error: --prune waits until the rollout has ended: the live version may need the hosts",
          {
            exitCode: WRONG_USAGE,
          },
        );
      }
      if (options.allowMissingSecrets && place.kind !== "remote") {
        command.error("error: --allow-missing-secrets can only be used with --remote", {
          exitCode: WRONG_USAGE,
        });
      }
      const loaded = await sitesNamed(paths, command);
      const guessed = await secretsMissingHere(loaded, undefined, command);
      const named = loaded.sites.flatMap(({ site }) => site.hosts);
      const kept = options.removeHost.find((host) => named.includes(host));
      if (kept !== undefined) {
        command.error(`error: --remove-host ${kept}: a file names this host`, { exitCode: WRONG_USAGE });
      }
      const wishes = {
        takeHosts: options.takeHost,
        removeHosts: options.removeHost,
        prune: options.prune ?? false,
        share: options.share,
        mayLackSecrets: options.allowMissingSecrets ?? false,
      };
      const outcome = await pushIfFine(loaded, guessed, place, wishes);
      const { warnings } = outcome.loaded;
      const paint = paintFor(process.stderr);
      if (!options.json && warnings.length > 0) console.error(warningList(warnings, paint));
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
