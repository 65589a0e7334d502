// Parses the command line. `npm run bench -- --help` describes it.
import { Command, InvalidArgumentError } from "commander";

export interface Options {
  readonly quick: boolean;
  /** Names of claims; all of them by default. */
  readonly only?: readonly string[];
  /** Record the claims that are named, beside what the latest result has of the others. */
  readonly add: boolean;
  readonly rounds?: number;
  readonly json: boolean;
  readonly strict: boolean;
  readonly compare: boolean;
  readonly record: boolean;
  readonly install: boolean;
  readonly list: boolean;
  readonly redraw: boolean;
}

/** Throws Commander's own error if the command line is wrong. Commander has then told the user. */
export function readOptions(argv: readonly string[], claims: readonly string[]): Options {
  const command = new Command("npm run bench --")
    .description(
      "Measures Headgate beside its peers, and itself at its own extremes. A whole run is recorded.",
    )
    .option(
      "--quick",
      "fewer rounds, and without what takes long: about a minute, good for a first look",
      false,
    )
    .option("--only <names...>", "these claims only; --list names them")
    .option("--add", "with --only: put these claims into the latest result, with their own date", false)
    .option("--rounds <n>", "measured rounds for each contender", readRounds)
    .option("--compare", "hold the run against bench/results/latest.json, by ratio; records nothing", false)
    .option("--no-record", "leave bench/results/ and docs/performance.md as they are")
    .option("--json", "print the result as JSON, and nothing else", false)
    .option("--strict", "end with 1 where a bar is missed", false)
    .option("--install", "install what is missing from Debian's packages first; needs root", false)
    .option("--redraw", "measure nothing: draw docs/performance.md anew from the latest result", false)
    .option("--list", "name the claims", false)
    .exitOverride();
  command.parse([...argv], { from: "user" });
  const options = command.opts<Options>();
  if (options.add && (!options.only || options.quick || options.compare || !options.record))
    command.error("error: --add needs --only, and no other option that records nothing");
  const unknown = options.only?.filter((name) => !claims.includes(name)) ?? [];
  if (unknown.length > 0) {
    command.error(`error: there is no claim ${unknown.join(", ")}; there are ${claims.join(", ")}`);
  }
  return options;
}

/** A partial run is not recorded, because the page would show it as a full one. */
export const isRecorded = ({ quick, only, compare, record }: Options): boolean =>
  record && !quick && !only && !compare;

function readRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new InvalidArgumentError("write a whole number from 1 to 100");
  }
  return rounds;
}
