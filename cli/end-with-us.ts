// Child processes must not outlive this one, however it ends. After a SIGKILL nothing of ours runs, so a shell waits for the end
// of a pipe that only we hold, kills them then, and removes the folders that they used.
import { spawn } from "node:child_process";

/**
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
