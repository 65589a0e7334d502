// What every claim needs for its measurements: the shared origin, a folder of its own, and how long to measure.
import type { BundleCache } from "./edges/bundles.ts";
import type { Origin } from "./origin.ts";

export interface Bench {
  readonly origin: Origin;
  /** For the processes' files. It is removed when the benchmark ends. */
  readonly folder: string;
  readonly bundles: BundleCache;
  readonly rounds: number;
  /** Seconds of load per measurement. */
  readonly seconds: number;
  /** Before the first measurement. */
  readonly warmUpRequests: number;
  readonly quick: boolean;
  /** Shows the current step. */
  progress(doing: string): void;
}
