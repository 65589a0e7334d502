// headgate switch: turns a switch of a site on a running edge: maintenance, cacheOff or kill. Within seconds, without a publication.
import { Argument, type Command } from "commander";
import { parseDurationMs } from "../../shared/site/units.ts";
import { addEdgeOption, edgeOf, failed } from "../admin/edge-option.ts";
import { onlySite } from "../admin/only-site.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { paintFor, visible } from "../printing/terminal-text.ts";

const NOTES = `
  maintenance  routes that lead to an origin answer 503; redirects and fixed responses go on, and so does a bypass of the site
  cacheOff     nothing is looked up in the cache or stored there
  kill         everything answers 503, whatever the site file says

The keeper of the site tells every isolate within some seconds, and remembers it until it is turned off, whatever is published meanwhile.

Examples:
  npx headgate switch maintenance on --retry-after 20m --edge https://admin.example.com
  npx headgate switch kill on --site shop.example.com
  npx headgate switch kill off --site shop.example.com
`;

const SWITCHES = ["maintenance", "cacheOff", "kill"];

interface Options {
  readonly edge?: string;
  readonly site?: string;
  readonly retryAfter?: string;
  readonly json?: true;
}

export function addSwitchCommand(program: Command): void {
  addEdgeOption(program.command("switch"))
    .description(
      "turn maintenance, cacheOff or kill of a site on a running edge on or off, without a publication",
    )
    .addArgument(new Argument("<SWITCH>", "which one").choices(SWITCHES))
    .addArgument(new Argument("<STATE>", "on or off").choices(["on", "off"]))
    .option("--site <NAME>", "the site, if the edge has several")
    .option("--retry-after <DURATION>", "of maintenance: when clients are told to come back; 5m by default")
    .option("--json", "report as JSON (docs/admin.md)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(run);
}

async function run(name: string, state: string, options: Options, command: Command): Promise<void> {
  const on = state === "on";
  const { retryAfter } = options;
  const wrong = (sentence: string) => command.error(`error: ${sentence}`, { exitCode: WRONG_USAGE });
  if (retryAfter !== undefined && !(name === "maintenance" && on))
    return wrong("--retry-after belongs to `maintenance on`");
  const ms = retryAfter === undefined ? undefined : parseDurationMs(retryAfter);
  if (retryAfter !== undefined && (ms === undefined || ms < 1_000 || ms > WEEK_MS))
    return wrong(`${visible(retryAfter)} is not a duration from 1s to 7d; write, for example, 20m`);

  const client = edgeOf(options, command);
  const site = await onlySite(client, options.site);
  if (!site.ok)
    return options.json ? tellData({ ok: false, error: site.error.sentence }) : failed(site.error);
  const told = await client.call("setSwitch", {
    params: { site: site.value, switch: name },
    body: { on, ...(ms !== undefined && { retryAfterSeconds: Math.ceil(ms / 1_000) }) },
  });
  if (options.json) {
    const about = { site: site.value, switch: name, on };
    return tellData(
      told.ok
        ? { ok: true, ...about, revision: told.value.revision }
        : { ok: false, ...about, error: told.error.sentence },
    );
  }
  if (!told.ok) return failed(told.error);
  const line = `${name} of ${site.value} is ${state} (revision ${told.value.revision})`;
  console.log(paintFor(process.stdout)("green", visible(line)));
}

const WEEK_MS = 7 * 86_400_000;

function tellData(data: { readonly ok: boolean } & Record<string, unknown>): void {
  console.log(JSON.stringify(data, null, 2));
  if (!data.ok) process.exitCode = PROBLEMS;
}
