// The result of a run, in the shape of bench/results/*.json. It contains nothing about the machine's owner.
import type { Spread } from "./spread.ts";

/** Increased when the shape changes. Runs in another format are not compared. */
export const RESULT_FORMAT = 1;

export interface BenchResult {
  readonly format: typeof RESULT_FORMAT;
  /** When the run began, in ISO 8601. */
  readonly at: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly machine: Machine;
  readonly claims: readonly ClaimResult[];
}

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly system: string;
  /** The versions of everything involved: `workerd` → `1.20261102.1`. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface ClaimResult {
  /** When it was measured, if apart from the others; in ISO 8601. */
  readonly at?: string;
  /** As in `--only`. */
  readonly name: string;
  readonly title: string;
  /** The contenders under load, in table order; empty if the claim is about something else. */
  readonly contenders: readonly ContenderResult[];
  /** The results of the claim. A bar may be set on each. */
  readonly rows: readonly Row[];
  readonly skipped: readonly Skipped[];
}

export interface ContenderResult {
  readonly name: string;
  readonly requestsPerSecond: Spread;
  /** The process's own time per request, user and system. */
  readonly cpuMicros: Spread;
  readonly peakMemoryMB: number;
}

export interface Row {
  /** Unique within its claim: `headgate / map`. */
  readonly name: string;
  readonly unit: Unit;
  readonly value: Spread;
}

/**
 * `times`: requests per second of one contender divided by another's in the same round. `cpu-times`: CPU time per request
 * likewise, so less is better.
 */
export type Unit = "times" | "cpu-times" | "MB/s" | "ms" | "MB" | "KB";

export interface Skipped {
  readonly name: string;
  readonly because: string;
}

export const moreIsBetter = (unit: Unit): boolean => unit === "times" || unit === "MB/s";
