// Stops a process that we started, and no other.
import type { ChildProcess } from "node:child_process";

const GRACE_MS = 3_000;

/** Returns a function that stops the process and waits for its end. The process is also stopped if the benchmark ends. */
export function ending(child: ChildProcess): () => Promise<void> {
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = () => child.kill("SIGTERM");
  process.once("exit", end);
  return async () => {
    end();
    const last = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
    await ended;
    clearTimeout(last);
    process.off("exit", end);
  };
}
