// Who runs on which core? What is measured has one to itself, and whoever loads it and the origin stay off it: left to
// the system, the same Worker is a third faster or slower from one second to the next, by where its threads land.
import { execFileSync } from "node:child_process";
import os from "node:os";
import { fileOf } from "./tools.ts";

export type Role = "edge" | "load" | "origin";

/** With two cores the origin shares that of the load: neither is busy. With one there is nothing to be kept apart. */
export function coreOf(role: Role, cores = os.availableParallelism()): number | undefined {
  if (cores < 2) return undefined;
  if (role === "edge") return 0;
  return role === "origin" && cores > 2 ? 2 : 1;
}

/** The processes that run already, all their threads, and those that they will start. */
export function keepOnCore(role: Role, pids: readonly number[]): void {
  const core = coreOf(role);
  const taskset = fileOf("taskset");
  if (core === undefined || taskset === undefined) return;
  for (const pid of pids) execFileSync(taskset, ["-acp", String(core), String(pid)], { stdio: "ignore" });
}

/** A command that starts there. */
export function onCore(role: Role, command: readonly [string, ...string[]]): [string, ...string[]] {
  const core = coreOf(role);
  const taskset = fileOf("taskset");
  return core === undefined || taskset === undefined
    ? [...command]
    : [taskset, "-c", String(core), ...command];
}
