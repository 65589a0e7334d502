// Ends a process that we started, and only that one.
import type { ChildProcess } from "node:child_process";

const GRACE_MS = 3_000;

/** What ends it, and resolves when it has ended. Whatever ends us, it is not left behind. */
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
