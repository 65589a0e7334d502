// headgate diff: what changes from one version of a site to another, in its file and in what is decided?
import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { compareData, compareText } from "../comparing/compare-report.ts";
import { compareSites } from "../comparing/compare-sites.ts";
import { readSides } from "../comparing/read-sides.ts";
import { type NamedRequest, requestNamed, requestsIn } from "../comparing/urls.ts";
import { WRONG_USAGE } from "../ending.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { placeOf, sitesAt } from "../pushing/store-options.ts";
import { type SiteOptions, tellError, withSiteOptions } from "../versioning/changing-command.ts";

interface DiffOptions extends SiteOptions {
  readonly url: readonly NamedRequest[];
  readonly urls?: string;
}

const EXAMPLES = `  npx headgate diff live sites/shop.yaml --remote
  npx headgate diff live next --remote --urls urls.txt
  npx headgate diff old.yaml new.yaml --url https://shop.example.com/`;

export function addDiffCommand(program: Command): void {
  withSiteOptions(
    program
      .command("diff")
      .description("what changes between two versions, in the site and in what is decided about requests")
      .argument("<A>", "a version, or its beginning, or live, or next, or a site file")
      .argument("<B>", "the other one")
      .option(
        "--url <URL>",
        "also compare this request, such as 'POST https://…'; can be repeated",
        addUrl,
        [],
      )
      .option("--urls <FILE>", "also compare the requests in this file, one a line"),
    EXAMPLES,
  ).action(async (a: string, b: string, options: DiffOptions, command: Command) => {
    const urls = [...options.url, ...(await urlsIn(options.urls, command))];
    const sides = await readSides([a, b], options.site, () => sitesAt(placeOf(options, command)));
    if (!sides.ok) return tellError(sides.error, options);
    const comparison = compareSites(...sides.value, urls, Date.now());
    if (options.json) console.log(JSON.stringify(compareData(comparison), null, 2));
    else console.log(compareText(comparison, paintFor(process.stdout)));
  });
}

function addUrl(text: string, before: readonly NamedRequest[]): NamedRequest[] {
  const request = requestNamed(text);
  if (!request) throw new InvalidArgumentError("Write a whole URL, with http:// or https:// in front.");
  return [...before, request];
}

async function urlsIn(file: string | undefined, command: Command): Promise<NamedRequest[]> {
  if (file === undefined) return [];
  const fail = (message: string) => command.error(`error: ${message}`, { exitCode: WRONG_USAGE });
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) =>
    fail(`${file} cannot be read: ${error.code}`),
  );
  const read = requestsIn(text, file);
  return read.ok ? read.value : fail(read.error);
}
