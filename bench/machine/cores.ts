// Pins processes to cores. The measured process has a core to itself; the load generator and the origin use others. Otherwise
// the same Worker is a third faster or slower from one second to the next, depending on where its threads run.
import { execFileSync } from "node:child_process";
import os from "node:os";
import { fileOf } from "./tools.ts";

export type Role = "edge" | "load" | "origin";

/** With two cores the origin shares one with the load, and neither is busy. With one core nothing can be separated. */
export function coreOf(role: Role, cores = os.availableParallelism()): number | undefined {
  if (cores < 2) return undefined;
  if (role === "edge") return 0;
  return role === "origin" && cores > 2 ? 2 : 1;
}

/** Pins running processes, with all their threads and those that they will start. */
export function keepOnCore(role: Role, pids: readonly number[]): void {
  const core = coreOf(role);
  const taskset = fileOf("taskset");
  if (core === undefined || taskset === undefined) return;
  for (const pid of pids) execFileSync(taskset, ["-acp", String(core), String(pid)], { stdio: "ignore" });
}

/** The command that starts on that core. */
export function onCore(role: Role, command: readonly [string, ...string[]]): [string, ...string[]] {
  const core = coreOf(role);
  const taskset = fileOf("taskset");
  return core === undefined || taskset === undefined
    ? [...command]
    : [taskset, "-c", String(core), ...command];
}
