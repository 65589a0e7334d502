// The result of a run, in the shape of bench/chaos/results/latest.json. It contains nothing about the machine's owner.
import type { Machine } from "../result.ts";
import type { Measured } from "./measures/measures.ts";
import type { Pace } from "./run.ts";
import type { ScenarioName } from "./scenarios.ts";

/** Increased when the shape changes. */
export const RESULT_FORMAT = 1;

export interface ChaosResult {
  readonly format: typeof RESULT_FORMAT;
  /** When the run began, in ISO 8601. */
  readonly at: string;
  readonly pace: Pace;
  readonly machine: Machine;
  readonly scenarios: readonly ScenarioResult[];
  /** Why HAProxy did not run. */
  readonly withoutHaproxy?: string;
}

export interface ScenarioResult {
  readonly name: ScenarioName;
  readonly headgate: Measured;
  readonly haproxy?: Measured;
}
