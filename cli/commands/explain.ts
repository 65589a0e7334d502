// headgate explain: what would the edge do with this request, and why?
import { type Command, InvalidArgumentError, Option } from "commander";
import { address, asn, country, headerName, headerValue, method } from "../../shared/site/scalars.ts";
import { parseDurationMs } from "../../shared/site/units.ts";
import { compileSite } from "../../worker/compile-site.ts";
import { explain } from "../../worker/explaining/explain.ts";
import { factsOf } from "../../worker/explaining/facts.ts";
import type { ImaginedStored } from "../../worker/explaining/stored-explained.ts";
import type { PurgeMode } from "../../worker/keeping/purge-target.ts";
import { askedIn, readRequest } from "../../worker/routing/read-request.ts";
import { rolloutOf } from "../../worker/routing/rollout.ts";
import { sitesNamed } from "../command-arguments.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { DEFAULT_SITES, pickSite } from "../load-sites.ts";
import { explanationPage } from "../printing/explanation-page.ts";
import { countProblems, problemData, problemList } from "../printing/problem-list.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { type RolloutOptions, rolloutByHand, withRolloutOptions } from "../versioning/rollout-by-hand.ts";

interface ExplainOptions extends RolloutOptions {
  readonly header?: readonly (readonly [string, string])[];
  readonly country?: string;
  readonly asn?: number;
  readonly inList?: readonly string[];
  readonly usedUp?: readonly string[];
  readonly ip?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly sites: string;
  readonly stored?: readonly (readonly [string, string])[];
  readonly storedAge?: number;
  readonly storedStatus?: number;
  readonly storedPurged?: PurgeMode;
  readonly verbose?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  npx headgate explain https://shop.example.com/assets/x.js
  npx headgate explain https://shop.example.com/ --stored 'cache-control: max-age=60' --stored-age 90s
  npx headgate explain POST https://shop.example.com/api/cart -H 'accept: application/json' --country DE
`;

export function addExplainCommand(program: Command): void {
  const command = program
    .command("explain")
    .description("show what the edge would do with a request, and why, using the same code that serves it")
    .usage("[options] [METHOD] URL")
    .argument("<REQUEST...>", "the method (default: GET) and the complete URL")
    .option("-H, --header <'NAME: VALUE'>", "a header of the request; can be repeated", addHeader)
    .option("--country <XX>", "the client's country", readCountry)
    .option("--asn <NUMBER>", "the number of the client's network", readAsn)
    .option("--in-list <NAME>", "an address list behind a URL that has the client; can be repeated", addName)
    .option("--used-up <LIMIT>", "a limit of which the client has nothing left; can be repeated", addName)
    .option("--ip <ADDRESS>", "the client's address (default: 192.0.2.1)", readIp)
    .option(
      "--claims <JSON>",
      'who the client has proven to be: \'{"sub":"ann"}\' (default: nobody)',
      readClaims,
    )
    .option("--sites <DIR|FILE>", "the site files", DEFAULT_SITES)
    .option(
      "--stored <'NAME: VALUE'>",
      "a header of a response that the cache is assumed to hold; can be repeated",
      addHeader,
    )
    .option("--stored-age <DURATION>", "how long ago that response was received (default: 0s)", readAge)
    .option("--stored-status <STATUS>", "the status of that response (default: 200)", readStatus)
    .addOption(
      new Option("--stored-purged <MODE>", "how that response was purged since").choices(["hard", "soft"]),
    )
    .option("--verbose", "also every field that is set or removed, and why earlier routes do not match")
    .addOption(new Option("--json", "print everything as JSON (docs/commands.md)").conflicts("verbose"))
    .addHelpText("after", `${EXAMPLES}${EXIT_CODE_HELP}`);
  withRolloutOptions(command).action(run);
}

async function run(words: readonly string[], options: ExplainOptions, command: Command): Promise<void> {
  const asked = readWords(words, command);
  const rolling = await rolloutByHand(options, command);
  const { sites, problems } = await sitesNamed([options.sites], command);
  if (problems.length > 0) {
    const paint = paintFor(process.stderr);
    if (options.json) console.log(JSON.stringify({ problems: problems.map(problemData) }, null, 2));
    else console.error(`${problemList(problems, paint)}\n${paint("red", countProblems(problems))}`);
    process.exitCode = PROBLEMS;
    return;
  }

  const { header: headers = [], ip, country, asn, inList: lists, usedUp, claims } = options;
  const facts = factsOf({
    ...asked,
    headers,
    ip,
    country,
    asn,
    lists,
    usedUp,
    claims,
    now: Date.now(),
    stored: imaginedStored(options),
  });
  const read = askedIn(readRequest(facts.line, facts.peer));
  const found = read && pickSite(sites, read.host);
  const live = found && compileSite(found.site, found.version);
  const rollout =
    live && rolling && rolloutOf(live, compileSite(rolling.next.site, rolling.next.version), rolling);
  const explanation = explain(rollout ?? live, facts);
  const file = explanation.site?.rollout?.took === "next" ? rolling?.next.file : found?.file;
  const detail = options.verbose ? "verbose" : "short";
  console.log(
    options.json
      ? JSON.stringify({ file: file ?? null, ...explanation }, null, 2)
      : explanationPage(explanation, { file, detail }, paintFor(process.stdout)),
  );
  // Any other refusal is a decision, and so the answer to the question. Here nothing could decide: the host is in no file.
  if (explanation.refusal?.reason === "no-site") process.exitCode = PROBLEMS;
}

function readWords(words: readonly string[], command: Command): { method: string; url: string } {
  const fail = (message: string) => command.error(`error: ${message}`, { exitCode: WRONG_USAGE });
  const [first = "", second] = words;
  if (words.length > 2) fail(`more than a method and a URL: ${words.slice(2).join(" ")}`);
  const url = second ?? first;
  if (!/^https?:\/\//i.test(url)) fail(`not a whole URL, with http:// or https:// in front: ${url}`);
  const name = method.safeParse(second === undefined ? "GET" : first);
  return name.success ? { method: name.data, url } : fail(`not a method: ${first}`);
}

const addName = (name: string, before: readonly string[] = []): readonly string[] => [...before, name];

function addHeader(text: string, before: readonly (readonly [string, string])[] = []) {
  const colon = text.indexOf(":");
  const name = headerName.safeParse(text.slice(0, Math.max(colon, 0)));
  const value = headerValue.safeParse(text.slice(colon + 1).trim());
  if (!name.success) throw new InvalidArgumentError("Write it as 'name: value'.");
  if (!value.success) throw new InvalidArgumentError(`The value ${value.error.issues[0]?.message}.`);
  return [...before, [name.data, value.data] as const];
}

/** Any of the four options is enough to assume a stored response. */
function imaginedStored(options: ExplainOptions): ImaginedStored | undefined {
  const { stored, storedAge, storedStatus, storedPurged: purged } = options;
  if ([stored, storedAge, storedStatus, purged].every((given) => given === undefined)) return undefined;
  return { status: storedStatus ?? 200, headers: stored ?? [], ageMs: storedAge ?? 0, purged };
}

function readAge(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new InvalidArgumentError("Write a duration such as 90s, 5m or 1h.");
  return ms;
}

function readStatus(text: string): number {
  if (!/^[2-5]\d\d$/.test(text)) throw new InvalidArgumentError("Write a status from 200 to 599.");
  return Number(text);
}

function readCountry(text: string): string {
  const read = country.safeParse(text);
  if (!read.success) throw new InvalidArgumentError("Write a two-letter country code such as DE or US.");
  return read.data;
}

function readClaims(text: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === "object" && read !== null && !Array.isArray(read)) return { ...read };
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError(`Write an object in JSON, such as '{"sub":"ann","groups":["staff"]}'.`);
}

function readAsn(text: string): number {
  const read = asn.safeParse(Number(text));
  if (!/^\d+$/.test(text) || !read.success) throw new InvalidArgumentError("Write a number such as 13335.");
  return read.data;
}

function readIp(text: string): string {
  const read = address.safeParse(text);
  if (!read.success)
    throw new InvalidArgumentError(
      "Write four decimal numbers (192.0.2.1) or an IPv6 address (2001:db8::1).",
    );
  return read.data;
}
