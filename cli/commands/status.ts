// headgate status: what does a running edge serve, and how is it?
import type { Command } from "commander";
import { addEdgeOption, edgeOf, failed } from "../admin/edge-option.ts";
import { sitesThere } from "../admin/sites-there.ts";
import { EXIT_CODE_HELP, PROBLEMS } from "../ending.ts";
import { plural } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { isInTrouble, listLines } from "../watching/lists-page.ts";
import { isWorthALine, type OriginRow, originLines } from "../watching/origins-page.ts";
import { statusLine } from "../watching/site-page.ts";
import { type SiteWatched, watchSite } from "../watching/watch-site.ts";

const EXAMPLE = `
Example:
  npx headgate status --edge https://admin.example.com
`;

/** Each site takes three requests. */
const AT_ONCE = 8;

interface Options {
  readonly edge?: string;
  readonly site?: string;
  readonly origins?: true;
  readonly json?: true;
}

export function addStatusCommand(program: Command): void {
  addEdgeOption(program.command("status"))
    .description("tell what a running edge serves, and how its sites are doing")
    .option("--site <NAME>", "only this site")
    .option(
      "--origins",
      "every origin of every site (default: those that are not good, if there are several sites)",
    )
    .option("--json", "report as JSON (docs/admin.md)")
    .addHelpText("after", `${EXAMPLE}${EXIT_CODE_HELP}`)
    .action(async (options: Options, command: Command) => {
      const client = edgeOf(options, command);
      const sites = await sitesThere(client, options.site);
      if (!sites.ok) return failed(sites.error);
      const watched: SiteWatched[] = [];
      const failures: { site: string; error: string }[] = [];
      for (let at = 0; at < sites.value.length; at += AT_ONCE) {
        const some = sites.value.slice(at, at + AT_ONCE);
        for (const [index, one] of (
          await Promise.all(some.map((site) => watchSite(client, site, "1m")))
        ).entries()) {
          if (one.ok) watched.push(one.value);
          else failures.push({ site: some[index]?.name ?? "", error: one.error.sentence });
        }
      }
      if (failures.length > 0) process.exitCode = PROBLEMS;
      if (options.json)
        return console.log(JSON.stringify({ edge: client.edge, sites: watched, failures }, null, 2));
      const width = Math.max(0, ...watched.map(({ name }) => name.length));
      const paint = paintFor(process.stdout);
      console.log(`${client.edge}: ${plural(sites.value.length, "site")}`);
      const isShown = (row: OriginRow) => sites.value.length === 1 || options.origins || isWorthALine(row);
      for (const site of watched) {
        console.log(statusLine(site, width, paint));
        for (const line of originLines(site.origins.filter(isShown), site.toldAt, paint)) console.log(line);
        const lists = site.lists.filter((list) => sites.value.length === 1 || isInTrouble(list));
        for (const line of listLines(lists, site.toldAt, paint)) console.log(line);
      }
      for (const { site, error } of failures) console.error(`${site}: ${error}`);
    });
}
