// What the commands that change which version is live have in common: their options, and how they end.
import type { Command } from "commander";
import type { Wish } from "../../worker/publishing/intents.ts";
import { EXIT_CODE_HELP, PROBLEMS } from "../ending.ts";
import { placeOf, type StoreOptions, sitesAt, withStoreOptions } from "../pushing/store-options.ts";
import { changeData, changeError, changeText, isChanged } from "./change-report.ts";

export interface SiteOptions extends StoreOptions {
  readonly site?: string;
  readonly json?: true;
}

export const withSiteOptions = (command: Command, examples: string): Command =>
  withStoreOptions(
    command.option("--site <HOST>", "the site, by any of its hosts (default: the only one)", lowerCase),
  )
    .option("--json", "report as JSON (docs/commands.md)")
    .addHelpText("after", `\nExamples:\n${examples}\n${EXIT_CODE_HELP}`);

const lowerCase = (text: string): string => text.toLowerCase();

export async function runChange(options: SiteOptions, command: Command, wish: Wish): Promise<void> {
  const place = placeOf(options, command);
  const sites = await sitesAt(place);
  const changed = sites.ok ? await sites.value.change(options.site, wish) : sites;
  if (!changed.ok) return tellError(changed.error, options);
  if (options.json) console.log(JSON.stringify(changeData(changed.value), null, 2));
  else if (isChanged(changed.value)) console.log(changeText(changed.value, place.kind));
  else console.error(changeError(changed.value));
  if (!isChanged(changed.value)) process.exitCode = PROBLEMS;
}

/** Nothing was written. */
export function tellError(sentence: string, { json }: Pick<SiteOptions, "json">): void {
  if (json) console.log(JSON.stringify({ ok: false, error: sentence }, null, 2));
  else console.error(sentence);
  process.exitCode = PROBLEMS;
}
