// headgate pull: the site file of a stored version, as it was written.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { PROBLEMS } from "../ending.ts";
import { placeOf, sitesAt } from "../pushing/store-options.ts";
import { type SiteOptions, tellError, withSiteOptions } from "../versioning/changing-command.ts";

interface PullOptions extends SiteOptions {
  readonly output?: string;
  readonly force?: true;
}

const EXAMPLES = `  npx headgate pull --remote > shop.yaml
  npx headgate pull 3f9c1e --remote --site shop.example.com --output sites/shop.yaml`;

export function addPullCommand(program: Command): void {
  withSiteOptions(
    program
      .command("pull")
      .description("print the site file of a stored version, as it was pushed")
      .argument("[VERSION]", "the version, or its beginning, or next (default: live)")
      .option("--output <FILE>", "write it into this file")
      .option("--force", "with --output: also if the file exists"),
    EXAMPLES,
  ).action(async (word: string | undefined, options: PullOptions, command: Command) => {
    const sites = await sitesAt(placeOf(options, command));
    const found = sites.ok ? await sites.value.version(options.site, word ?? "live") : sites;
    if (!found.ok) return tellError(found.error, options);
    const { version, source, isSourceAsWritten, site } = found.value;
    const { output } = options;
    if (output !== undefined) {
      if (existsSync(output) && !options.force)
        return tellError(`${output} exists: write --force to replace it. Nothing was written.`, options);
      await writeFile(output, source).catch((error: NodeJS.ErrnoException) => {
        tellError(`${path.resolve(output)} cannot be written: ${error.code}`, options);
      });
      if (process.exitCode === PROBLEMS) return;
    }
    const about = { ok: true, site: site.hosts[0], version, asWritten: isSourceAsWritten };
    if (options.json)
      console.log(JSON.stringify({ ...about, ...(output === undefined && { source }) }, null, 2));
    else if (output === undefined) process.stdout.write(source);
    if (!isSourceAsWritten)
      console.error("The file as it was written is not stored: this is what it says, as JSON.");
  });
}
