// headgate smoke: does the edge do on the real network what local runs only assume?
import { randomBytes } from "node:crypto";
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationMs } from "../../shared/site/units.ts";
import { readBareUrl } from "../bare-url.ts";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { countProblems, problemList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { runSmoke } from "../smoke/run-smoke.ts";
import { checkedLines, hasFailed, smokeData, smokeSummary } from "../smoke/smoke-report.ts";
import { type SmokeTest, smokeSite, smokeTestOf } from "../smoke/smoke-site.ts";

interface Options {
  readonly site?: true;
  readonly origin?: string;
  readonly path: string;
  readonly websocket?: string;
  readonly marker?: string;
  readonly wait: number;
  readonly json?: true;
}

const DEFAULT_FILE = "sites/smoke.yaml";

const NOTES = `
It asks a site of its own, which --site prints: push that first. The site may have an origin of yours, to show what becomes of its
answers. What a place cannot show is not applicable there: most checks are about Cloudflare's network.

Examples:
  npx headgate smoke https://smoke.example.com --site --origin https://www.example.com --path /style.css > ${DEFAULT_FILE}
  npx headgate push ${DEFAULT_FILE} --remote
  npx headgate smoke https://smoke.example.com
`;

export function addSmokeCommand(program: Command): void {
  program
    .command("smoke")
    .description("ask a deployed edge a dozen questions that only the real network answers")
    .argument("<URL>", "where the edge is, such as https://smoke.example.com", parseUrl)
    .argument("[FILE]", "the site file that was pushed for it", DEFAULT_FILE)
    .option("--site", "print the site file, and ask nothing")
    .option("--origin <URL>", "with --site: an origin of yours, reachable from here too", parseOrigin)
    .option(
      "--path <PATH>",
      "with --site: what to ask the origin for, best a compressed file",
      parsePath,
      "/",
    )
    .option("--websocket <PATH>", "with --site: where the origin speaks WebSocket", parsePath)
    .option("--marker <TEXT>", "with --site: what tells this version from others (default: a new one)")
    .addOption(
      new Option("--wait <DURATION>", "how long the pushed site may take to be seen")
        .default(120_000, "2m")
        .argParser(parseWait),
    )
    .option("--json", "report as JSON (docs/commands.md)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(async (url: URL, file: string, options: Options, command: Command) => {
      if (options.site) {
        const { marker = newMarker(), origin, path, websocket } = options;
        console.log(smokeSite({ url, marker, origin: origin || undefined, path, websocket }).trimEnd());
        return;
      }
      const { sites, problems } = await sitesNamed([file], command);
      if (problems.length > 0) {
        const paint = paintFor(process.stderr);
        if (options.json) console.log(JSON.stringify(smokeData(url, [], problems), null, 2));
        else console.error(`${problemList(problems, paint)}\n${paint("red", countProblems(problems))}`);
        process.exitCode = PROBLEMS;
        return;
      }
      const asked = sites.map(({ site }) => smokeTestOf(site)).find((each) => each !== undefined);
      if (!asked) {
        return command.error(`error: ${file} is not a site that \`headgate smoke --site\` has made`, {
          exitCode: WRONG_USAGE,
        });
      }
      await smoke({ url, waitMs: options.wait, ...asked }, options.json ?? false);
    });
}

async function smoke(test: SmokeTest, json: boolean): Promise<void> {
  const paint = paintFor(process.stdout);
  const all = await runSmoke(test, (checked) => {
    if (!json) console.log(checkedLines(checked, paint));
  });
  console.log(json ? JSON.stringify(smokeData(test.url, all), null, 2) : smokeSummary(all, paint));
  if (hasFailed(all)) process.exitCode = PROBLEMS;
}

const newMarker = (): string => `smoke ${new Date().toISOString()} ${randomBytes(4).toString("hex")}`;

function parseUrl(text: string): URL {
  const url = readBareUrl(text);
  if (!url) throw new InvalidArgumentError("Write https:// or http:// and a host, without a path.");
  return url;
}

/** Empty for none: in a workflow the value can be a variable that is not set. */
const parseOrigin = (text: string): string => (text === "" ? "" : parseUrl(text).origin);

function parsePath(text: string): string {
  if (!/^\/[^?#\s]*$/.test(text))
    throw new InvalidArgumentError("Write a path that begins with /, without a query.");
  return text;
}

function parseWait(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new InvalidArgumentError("Write a duration such as 90s.");
  return ms;
}
