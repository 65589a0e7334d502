// headgate purge: makes a running edge forget stored responses.
import type { Command } from "commander";
import type { AdminClient, AdminFailure } from "../admin/admin-client.ts";
import { addEdgeOption, edgeOf, failed } from "../admin/edge-option.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { paintFor, visible } from "../printing/terminal-text.ts";
import { awaitReceipt } from "../purging/await-receipt.ts";
import { estimateOf } from "../purging/estimate.ts";
import { type Order, ordersFor } from "../purging/orders.ts";
import { type PurgeData, type PurgeDone, purgeLines } from "../purging/purge-report.ts";
import { type PurgeOptions, readWish } from "../purging/purge-wish.ts";

const NOTES = `
A purge is in force on the whole edge within some seconds. With --wait the command returns when every data centre that
reported in the last minute has confirmed it. --soft makes responses stale in place of removing them: they are validated,
and good for stale-if-error. --over spreads the purge, so that the origins do not get all requests at once.

Examples:
  npx headgate purge https://shop.example.com/a.css https://shop.example.com/b.css --edge https://admin.example.com
  npx headgate purge --prefix https://shop.example.com/assets/ --wait
  npx headgate purge --tag product-42
  npx headgate purge --all --host www.example.com --soft --over 10m
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
    .option("--host <HOST>", "of a tag or of everything: only this host")
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
  const done: PurgeDone[] = [];
  let failure: AdminFailure | undefined;
  for (const order of orders.value) {
    const purged = await carryOut(order, client, options.wait ?? false);
    if (purged.done) done.push(purged.done);
    failure = purged.failure;
    if (failure) break;
  }
  if (options.json) return tellData({ purges: done, error: failure?.sentence ?? null });
  const paint = paintFor(process.stdout);
  for (const line of purgeLines(done, wish.value)) console.log(paint("green", visible(line)));
  if (failure) failed(failure);
}

async function carryOut(
  { site, body }: Order,
  client: AdminClient,
  waits: boolean,
): Promise<{ done?: PurgeDone; failure?: AdminFailure }> {
  const startedAt = Date.now();
  const purged = await client.call("purge", { params: { site }, body });
  if (!purged.ok) return { failure: purged.error };
  const { revision } = purged.value;
  const done: PurgeDone = { site, revision, urls: body.urls?.length ?? 0, receipt: null };
  if (!waits) return { done };
  const receipt = await awaitReceipt(client, { site, revision });
  if (!receipt.ok) return { done, failure: receipt.error };
  const places = receipt.value.places.map(({ place, confirmedAt }) => ({ place, confirmedAt }));
  return { done: { ...done, receipt: { places, afterMs: Date.now() - startedAt } } };
}

function tellData(data: PurgeData): void {
  console.log(JSON.stringify({ ok: data.error === null, ...data }, null, 2));
  if (data.error !== null) process.exitCode = PROBLEMS;
}
