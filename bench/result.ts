// What a run of the benchmark found: the shape of bench/results/*.json. Nothing in it tells whose machine it was.
import type { Spread } from "./spread.ts";

/** Raised when the shape changes: a run of another format is not compared with. */
export const RESULT_FORMAT = 1;

export interface BenchResult {
  readonly format: typeof RESULT_FORMAT;
  /** When the run began; ISO 8601. */
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
  /** Of everything that took part: `workerd` → `1.20261102.1`. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface ClaimResult {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  /** Those that were loaded, in the order of the table; empty where the claim is about something else. */
  readonly contenders: readonly ContenderResult[];
  /** What the claim is about, and what a bar may be set on. */
  readonly rows: readonly Row[];
  readonly skipped: readonly Skipped[];
}

export interface ContenderResult {
  readonly name: string;
  readonly requestsPerSecond: Spread;
  /** The process's own time, user and system, for each request. */
  readonly cpuMicros: Spread;
  readonly peakMemoryMB: number;
}

export interface Row {
  /** Unique in its claim: `headgate / map`. */
  readonly name: string;
  readonly unit: Unit;
  readonly value: Spread;
}

/**
 * `times`: requests per second of one contender over another's, in the same round. `cpu-times`: CPU time for each
 * request, likewise, so that less is better.
 */
export type Unit = "times" | "cpu-times" | "MB/s" | "ms" | "MB" | "KB";

export interface Skipped {
  readonly name: string;
  readonly because: string;
}

export const moreIsBetter = (unit: Unit): boolean => unit === "times" || unit === "MB/s";
