// headgate versions: which versions of the sites are stored, and which of them do clients get?
import type { Command } from "commander";
import { paintFor } from "../printing/terminal-text.ts";
import { placeOf, sitesAt } from "../pushing/store-options.ts";
import { type SiteOptions, tellError, withSiteOptions } from "../versioning/changing-command.ts";
import { versionsData, versionsText } from "../versioning/versions-report.ts";

const EXAMPLES = `  npx headgate versions --remote
  npx headgate versions --remote --site shop.example.com --json`;

export function addVersionsCommand(program: Command): void {
  withSiteOptions(
    program
      .command("versions")
      .description("list the versions of the stored sites: when, and which are live or next"),
    EXAMPLES,
  ).action(async (options: SiteOptions, command: Command) => {
    const sites = await sitesAt(placeOf(options, command));
    const found = sites.ok ? await sites.value.records(options.site) : sites;
    if (!found.ok) return tellError(found.error, options);
    const records = found.value;
    if (options.json) console.log(JSON.stringify(versionsData(records), null, 2));
    else
      console.log(
        records.length === 0 ? "the store has no site" : versionsText(records, paintFor(process.stdout)),
      );
  });
}
