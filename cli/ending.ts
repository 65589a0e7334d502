// What ends a command that runs until it is stopped: Ctrl-C, SIGTERM, or the end of the `npx` that started it.
import { INTERRUPTED } from "./exit-codes.ts";

/** Resolves at the first signal. A second one ends the process immediately. */
export function toldToEnd(
  signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"],
): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(INTERRUPTED));
      });
    }
  });
}

const LOOK_EVERY_MS = 250;

/**
 * npm runs a command in a shell and passes no signal on to it: a SIGTERM ends npx, and the command would live on without a
 * parent. Resolves when that has happened; never for a command that npm did not start.
 */
export function endedByParent(): Promise<"SIGTERM"> {
  const { npm_command: startedBy } = process.env;
  const parent = process.ppid;
  return new Promise((resolve) => {
    if (startedBy === undefined) return;
    const looking = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(looking);
      resolve("SIGTERM");
    }, LOOK_EVERY_MS);
    looking.unref();
  });
}
