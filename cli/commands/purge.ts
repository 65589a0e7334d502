// headgate purge: makes a running edge forget stored responses.
import type { Command } from "commander";
import { addEdgeOption, edgeOf, failed } from "../admin/edge-option.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { paintFor, visible } from "../printing/terminal-text.ts";
import { carryOut } from "../purging/carry-out.ts";
import { estimateOf } from "../purging/estimate.ts";
import { ordersFor } from "../purging/orders.ts";
import { type PurgeData, purgeLines } from "../purging/purge-report.ts";
import { type PurgeOptions, readWish } from "../purging/purge-wish.ts";

const NOTES = `
A purge is in force on the whole edge within some seconds. With --wait the command returns when every data centre that
reported in the last minute has confirmed it or has no traffic. --soft makes responses stale in place of removing them: they
are validated, and good for stale-if-error. --over spreads the purge, so that the origins do not get all requests at once.

Examples:
  npx headgate purge https://shop.example.com/a.css https://shop.example.com/b.css --edge https://admin.example.com
  npx headgate purge --prefix https://shop.example.com/assets/ --wait
  npx headgate purge --tag product-42
  npx headgate purge --host www.example.com --soft --over 10m
`;

interface Options extends PurgeOptions {
  readonly edge?: string;
  readonly wait?: true;
  readonly json?: true;
}

export function addPurgeCommand(program: Command): void {
  addEdgeOption(program.command("purge"))
    .description("purge stored responses of a running edge: URLs, a path, a tag, a host or everything")
    .argument("[URL...]", "with all variants, ranges and slices of each")
    .option("--prefix <URL>", "everything below this path, by whole segments")
    .option("--tag <TAG>", "what the origin has marked with this Cache-Tag, Surrogate-Key or Cache-Groups")
    .option("--all", "everything")
    .option("--host <HOST>", "all of this host; with --tag, what has the tag on it")
    .option("--site <NAME>", "of a tag or of everything: the site, if the edge has several")
    .option("--soft", "make it stale in place of removing it")
    .option("--over <DURATION>", "spread it over so long, such as 10m")
    .option("--wait", "return when every data centre has confirmed it")
    .option("--json", "report as JSON (docs/admin.md)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(run);
}

async function run(urls: readonly string[], options: Options, command: Command): Promise<void> {
  const wish = readWish(urls, options);
  if (!wish.ok) return command.error(`error: ${wish.error}`, { exitCode: WRONG_USAGE });
  const client = edgeOf(options, command);
  const orders = await ordersFor(wish.value, client);
  if (!orders.ok)
    return options.json ? tellData({ purges: [], error: orders.error.sentence }) : failed(orders.error);

  if (!options.json)
    for (const line of await estimateOf(client, wish.value, orders.value)) console.error(line);
  const { done, failure } = await carryOut(orders.value, client, options.wait ?? false);
  if (options.json) return tellData({ purges: done, error: failure?.sentence ?? null });
  const paint = paintFor(process.stdout);
  for (const line of purgeLines(done, wish.value)) console.log(paint("green", visible(line)));
  if (failure) failed(failure);
}

function tellData(data: PurgeData): void {
  console.log(JSON.stringify({ ok: data.error === null, ...data }, null, 2));
  if (data.error !== null) process.exitCode = PROBLEMS;
}
