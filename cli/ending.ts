// What ends a command that runs until it is stopped: Ctrl-C, or SIGTERM.
import { INTERRUPTED } from "./exit-codes.ts";

/** Resolves at the first signal. A second one ends the process immediately. */
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
