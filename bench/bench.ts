// What every claim is given to measure with: one origin for all, a folder of its own, and how long it may take.
import type { BundleCache } from "./edges/bundles.ts";
import type { Origin } from "./origin.ts";

export interface Bench {
  readonly origin: Origin;
  /** For files of the processes; gone when the benchmark ends. */
  readonly folder: string;
  readonly bundles: BundleCache;
  readonly rounds: number;
  /** Of load, each time. */
  readonly seconds: number;
  /** Before the first time. */
  readonly warmUpRequests: number;
  readonly quick: boolean;
  /** Says what is being done just now. */
  progress(doing: string): void;
}
