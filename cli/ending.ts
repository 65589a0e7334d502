// How does a command end? With an exit code; and, if it runs until it is stopped, on Ctrl-C, on SIGTERM, or with the `npx`
// that started it. Its child processes end with it.
import { spawn } from "node:child_process";

// Scripts depend on these numbers, so a new meaning gets a new number.
export const FINE = 0;
/** A file has problems, a test failed, or nothing was written. */
export const PROBLEMS = 1;
/** The command was used wrongly: an unknown option, a file that does not exist. */
export const WRONG_USAGE = 2;
/** The number that shells use for an unhandled Ctrl-C. */
export const INTERRUPTED = 130;

export const EXIT_CODE_HELP = `
Exit codes: ${FINE} fine, ${PROBLEMS} problems found, ${WRONG_USAGE} wrong usage.`;

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

/** The reader closed the pipe, as `| head` does. */
export function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
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

/**
 * Child processes must not outlive this one, however it ends. After a SIGKILL nothing of ours runs, so a shell waits for the end
 * of a pipe that only we hold, kills them then, and removes the folders that they used.
 * `pids`: a negative one stands for a process group. Returns what ends the watch, for when they have ended by themselves.
 */
export function endWithUs(pids: readonly number[], folders: readonly string[] = []): () => void {
  const killAll = () => {
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
    }
  };
  process.once("exit", killAll);
  const script = `read -r _; kill -KILL ${pids.join(" ")}; rm -rf -- "$@"`;
  const watch = spawn("/bin/sh", ["-c", script, "headgate-watch", ...folders], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // Ctrl-C reaches only us
  });
  watch.on("error", () => {}); // a system without a shell: only a SIGKILL leaves something behind
  watch.unref();
  (watch.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return () => {
    process.off("exit", killAll);
    watch.kill("SIGKILL");
  };
}
