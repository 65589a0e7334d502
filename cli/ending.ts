// What ends a command that runs until it is told to stop: Ctrl-C, or a polite kill.
import { INTERRUPTED } from "./exit-codes.ts";

/** Resolves at the first signal; a second one ends the process on the spot. */
export function toldToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(INTERRUPTED));
      });
    }
  });
}
