// The way in from the command line: how a run ends, and with which exit code.
import { CommanderError } from "commander";
import { endOnSignals } from "./machine/own-folder.ts";

/** The code that `main` returns; 2 for wrong usage, 1 for an error, which is told. */
export async function runMain(main: (argv: readonly string[]) => Promise<number>): Promise<void> {
  endOnSignals();
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      console.error((error as Error).message);
      process.exitCode = 1;
    }
  }
}
