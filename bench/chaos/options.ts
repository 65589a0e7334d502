// Parses the command line. `npm run chaos -- --help` describes it.
import { Command } from "commander";

export interface Options {
  readonly quick: boolean;
  /** Names of scenarios; all of them by default. */
  readonly only?: readonly string[];
  /** Without HAProxy. */
  readonly alone: boolean;
  readonly record: boolean;
  readonly json: boolean;
  readonly strict: boolean;
  readonly install: boolean;
  readonly redraw: boolean;
}

/** Throws Commander's own error if the command line is wrong. Commander has then told the user. */
export function readOptions(argv: readonly string[], scenarios: readonly string[]): Options {
  const command = new Command("npm run chaos --")
    .description(
      "Kills, freezes and breaks real origin processes under load, with Headgate and then with HAProxy in front of them. " +
        "A whole run takes about a quarter of an hour and is recorded.",
    )
    .option("--quick", "shorter troubles: about three minutes; recovery is not seen to its end", false)
    .option("--only <names...>", `these scenarios only: ${scenarios.join(", ")}`)
    .option("--alone", "without HAProxy", false)
    .option("--no-record", "leave bench/chaos/results/ and docs/resilience.md as they are")
    .option("--json", "print the result as JSON, and nothing else", false)
    .option("--strict", "end with 1 where a bar is missed", false)
    .option("--install", "install HAProxy from Debian's packages if it is missing; needs root", false)
    .option("--redraw", "run nothing: draw docs/resilience.md anew from the latest result", false)
    .exitOverride();
  command.parse([...argv], { from: "user" });
  const options = command.opts<Options>();
  const unknown = options.only?.filter((name) => !scenarios.includes(name)) ?? [];
  if (unknown.length > 0) {
    command.error(`error: there is no scenario ${unknown.join(", ")}; there are ${scenarios.join(", ")}`);
  }
  return options;
}

/** A partial run is not recorded, because the page would show it as a whole one. */
export const isRecorded = ({ quick, only, alone, record }: Options): boolean =>
  record && !quick && !only && !alone;
