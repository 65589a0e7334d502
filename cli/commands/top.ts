// headgate top: the traffic of a running edge, live in the terminal.
import { setTimeout } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { Result } from "../../shared/result.ts";
import { parseDurationMs } from "../../shared/site/units.ts";
import type { AdminClient, AdminFailure } from "../admin/admin-client.ts";
import { addEdgeOption, edgeOf, failed } from "../admin/edge-option.ts";
import { sitesThere } from "../admin/sites-there.ts";
import { EXIT_CODE_HELP, toldToEnd } from "../ending.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { sitePage } from "../watching/site-page.ts";
import { type SiteWatched, watchSite } from "../watching/watch-site.ts";

const NOTES = `
Isolates report every ten seconds, so the newest requests are not there yet. On a terminal the page is drawn again until
Ctrl-C; otherwise it is printed once.

Example:
  npx headgate top --edge https://admin.example.com --site shop.example.com
`;

/** The busiest sites; more would not fit on a screen. */
const MAX_SITES = 5;
/** Each is asked, to find the busiest. */
const MAX_ASKED = 50;
/** The keeper has slots of ten seconds. */
const DRAW_EVERY_MS = 5_000;

interface Options {
  readonly edge?: string;
  readonly site?: string;
  readonly last: string;
  readonly json?: true;
}

export function addTopCommand(program: Command): void {
  addEdgeOption(program.command("top"))
    .description("show the traffic of a running edge: routes, hits, origins, refusals")
    .option("--site <NAME>", `only this site (default: the ${MAX_SITES} busiest)`)
    .option("--last <DURATION>", "how far to look back: 10s to 7d", readLast, "1m")
    .option("--json", "print it once, as JSON (docs/admin.md)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(async (options: Options, command: Command) => {
      const client = edgeOf(options, command);
      const first = await busiest(client, options);
      if (!first.ok) return failed(first.error);
      if (options.json)
        return console.log(JSON.stringify({ edge: client.edge, sites: first.value }, null, 2));
      if (!process.stdout.isTTY) return console.log(pageOf(first.value));
      const told = new AbortController();
      void toldToEnd().then(() => told.abort());
      draw(pageOf(first.value));
      while (await pause(DRAW_EVERY_MS, told.signal)) {
        const next = await busiest(client, options);
        draw(next.ok ? pageOf(next.value) : next.error.sentence);
      }
    });
}

async function busiest(
  client: AdminClient,
  { site, last }: Options,
): Promise<Result<readonly SiteWatched[], AdminFailure>> {
  const sites = await sitesThere(client, site);
  if (!sites.ok) return sites;
  const watched = await Promise.all(
    sites.value.slice(0, MAX_ASKED).map((one) => watchSite(client, one, last)),
  );
  const failed = watched.find((one) => !one.ok);
  if (failed && !failed.ok) return failed;
  const all = watched.flatMap((one) => (one.ok ? [one.value] : []));
  const value = all
    .toSorted((one, other) => other.figures.total.count - one.figures.total.count)
    .slice(0, MAX_SITES);
  return { ok: true, value };
}

const pageOf = (sites: readonly SiteWatched[]): string => {
  const paint = paintFor(process.stdout);
  return sites.length === 0
    ? "the edge has no site"
    : sites.map((site) => sitePage(site, paint)).join("\n\n");
};

/** Clears the screen and what was scrolled off it. */
const draw = (page: string): void => void process.stdout.write(`\x1b[H\x1b[2J\x1b[3J${page}\n`);

/** Whether it went by: false if the command was told to end. */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> =>
  setTimeout(ms, true, { signal }).catch(() => false);

function readLast(text: string): string {
  const ms = parseDurationMs(text);
  if (ms === undefined || ms < 10_000 || ms > 7 * 86_400_000)
    throw new InvalidArgumentError("Write a duration from 10s to 7d.");
  return text;
}
