// The CPU time and memory that a process has used, as counted by the operating system (Linux).
import { readFileSync, writeFileSync } from "node:fs";

/** The unit of /proc/PID/stat: a hundredth of a second on every Linux that Node supports. */
const MS_PER_TICK = 10;

/** User and system time of all threads. */
export function cpuMsOf(pids: readonly number[]): number {
  return sum(pids, (pid) => ticksIn(readFileSync(`/proc/${pid}/stat`, "utf8")) * MS_PER_TICK);
}

/** The peak of resident memory. */
export function peakMemoryMBOf(pids: readonly number[]): number {
  return sum(pids, (pid) => memoryMB(pid, "VmHWM"));
}

/** Resets the peak. */
export function forgetPeakOf(pids: readonly number[]): void {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

export function residentMBOf(pids: readonly number[]): number {
  return sum(pids, (pid) => memoryMB(pid, "VmRSS"));
}

/** The program name is in parentheses, and may itself contain spaces and parentheses. */
export function ticksIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function memoryMB(pid: number, field: "VmHWM" | "VmRSS"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status) ?? [];
  return (Number(kib) * 1_024) / 1_000_000;
}

const sum = (pids: readonly number[], of: (pid: number) => number): number =>
  pids.reduce((total, pid) => total + of(pid), 0);
