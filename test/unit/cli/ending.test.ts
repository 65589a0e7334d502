// What a command starts ends with it, however it ends. Before: the shell that sees to that after a SIGKILL was not started again when
// it was killed itself.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { descendantsOf, isAlive } from "../../support/descendants.ts";
import { until } from "../../support/service.ts";

const ENDING = path.join(import.meta.dirname, "../../../cli/ending.ts");

const isWatch = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("headgate-watch");
  } catch {
    return false;
  }
};

describe("a process that is killed with SIGKILL", () => {
  it("takes what it started with it, also when the watch was killed before", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "headgate ending's-"));
    const script = `import { spawn } from "node:child_process";
      import { endWithUs } from ${JSON.stringify(ENDING)};
      const child = spawn("sleep", ["60"], { detached: true });
      endWithUs([child.pid], [${JSON.stringify(folder)}]);
      setInterval(() => {}, 1_000);`;
    const parent = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let complaints = "";
    parent.stderr.on("data", (chunk) => (complaints += chunk));
    const children = () => descendantsOf(parent.pid ?? 0);
    const watch = () => children().find(isWatch);
    try {
      await until("it is watched", () => watch() !== undefined);
      const killed = watch() ?? 0;
      process.kill(killed, "SIGKILL");
      let started: number[] = [];
      await until("it is watched again, and its child lives", () => {
        started = children();
        return started.length === 2 && started.some((pid) => isWatch(pid) && pid !== killed);
      });
      parent.kill("SIGKILL");
      await until("all have ended", () => !started.some(isAlive));
      await until("the folder is removed", () => !existsSync(folder));
      expect(complaints).toBe("");
    } finally {
      // A process that a failed test leaves behind keeps the test run itself from ending.
      for (const pid of [...children(), parent.pid ?? 0]) if (isAlive(pid)) process.kill(pid, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });

  // Before: what wrangler makes beside its configuration (`.wrangler/tmp/bundle-…`) stayed in the project for ever.
  it("lets what it started remove its own files, if that may take a moment", async () => {
    const made = mkdtempSync(path.join(os.tmpdir(), "headgate-made-"));
    const script = `import { spawn } from "node:child_process";
      import { endWithUs } from ${JSON.stringify(ENDING)};
      const tidy = spawn("sh", ["-c", 'trap "rm -r $0; exit" TERM; : > $0/file; while :; do sleep 0.05; done', ${JSON.stringify(made)}], { detached: true, stdio: "ignore" });
      const deaf = spawn("sh", ["-c", 'trap "" TERM; while :; do sleep 0.05; done'], { detached: true, stdio: "ignore" });
      for (const { pid } of [tidy, deaf]) endWithUs([-pid], [], true);
      setInterval(() => {}, 1_000);`;
    const parent = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
      stdio: "ignore",
    });
    let started: number[] = [];
    try {
      await until("both are watched", () => {
        started = descendantsOf(parent.pid ?? 0);
        return started.filter(isWatch).length === 2 && existsSync(path.join(made, "file"));
      });
      parent.kill("SIGKILL");
      await until("it has removed its files", () => !existsSync(made));
      await until("all have ended", () => !started.some(isAlive));
    } finally {
      for (const pid of [...started, parent.pid ?? 0]) if (isAlive(pid)) process.kill(pid, "SIGKILL");
      rmSync(made, { recursive: true, force: true });
    }
  });
});
