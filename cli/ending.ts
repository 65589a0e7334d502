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

/** Resolves at the first signal. A second one, also another, ends the process immediately. */
export function toldToEnd(
  signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"],
): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isTold = false;
    for (const signal of signals) {
      process.on(signal, () => {
        if (isTold) process.exit(INTERRUPTED);
        isTold = true;
        resolve(signal);
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

const atExit = new Set<() => void>();
process.on("exit", () => {
  for (const end of atExit) end();
});

/** A watch that was killed is started again after this long, so that a system that ends each of them costs little. */
const WATCH_AGAIN_MS = 100;

/**
 * Child processes must not outlive this one, however it ends. After a SIGKILL nothing of ours runs, so a shell waits for the end
 * of a pipe that only we hold, kills them then, and removes the folders that they used.
 * `pids`: a negative one stands for a process group. `isToldFirst`: they get a SIGTERM and two seconds to remove what else they
 * have made. Returns what ends the watch, for when they have ended by themselves.
 */
export function endWithUs(
  pids: readonly number[],
  folders: readonly string[] = [],
  isToldFirst = false,
): () => void {
  const killAll = () => {
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
    }
  };
  atExit.add(killAll);
  let endWatch = () => {};
  let isReleased = false;
  const watch = () => {
    if (isReleased) return;
    const kill = pids.length > 0 ? killing(pids.join(" "), isToldFirst) : "";
    endWatch = startWatch(kill, folders, () => setTimeout(watch, WATCH_AGAIN_MS).unref());
  };
  watch();
  return () => {
    isReleased = true;
    atExit.delete(killAll);
    endWatch();
  };
}

function killing(pids: string, isToldFirst: boolean): string {
  const tell = `kill -TERM ${pids}; for _ in 1 2 3 4 5 6 7 8; do kill -0 ${pids} || break; sleep 0.25; done; `;
  return `${isToldFirst ? tell : ""}kill -KILL ${pids}; `;
}

function startWatch(kill: string, folders: readonly string[], onEnd: () => void): () => void {
  const shell = spawn("/bin/sh", ["-c", `read -r _; ${kill}rm -rf -- "$@"`, "headgate-watch", ...folders], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // Ctrl-C reaches only us
  });
  shell.on("error", () => {}); // a system without a shell: only a SIGKILL leaves something behind
  shell.on("exit", onEnd);
  shell.unref();
  (shell.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return () => void shell.kill("SIGKILL");
}
