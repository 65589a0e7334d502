// The bars that the project sets for itself, as data. docs/resilience.md shows which are missed. The test suite checks those that
// no slow machine can miss.
import type { Measure } from "./measures/measures.ts";
import type { ScenarioName } from "./scenarios.ts";
import { TERMS } from "./terms.ts";

export interface Bar {
  readonly scenario: ScenarioName;
  readonly measure: Measure;
  readonly atMost: number;
}

const each = (scenarios: readonly ScenarioName[], measure: Measure, atMost: number): Bar[] =>
  scenarios.map((scenario) => ({ scenario, measure, atMost }));

const DEAD = ["kill", "freeze", "500", "521"] as const;
const ONE_OF_THREE = [...DEAD, "slow", "cut", "restart", "drain"] as const;
const ALL = [...ONE_OF_THREE, "all-down"] as const;

export const BARS: readonly Bar[] = [
  ...each([...DEAD, "slow", "restart", "drain"], "failedGets", 0),
  ...each(ALL, "doubledPosts", 0),
  ...each(ALL, "falseEnds", 0),
  ...each(["drain"], "failedPosts", 0),
  ...each(DEAD, "waited", 0.01),
  ...each(ONE_OF_THREE, "usualShare", TERMS.slowStartMs),
  ...each(["all-down"], "getsOtherwise", 0),
  ...each(["all-down"], "slowestWhileDown", 100),
  ...each(["all-down"], "normalService", 2 * TERMS.probeEveryMs),
];

/** They do not depend on how fast the machine is. */
export const MACHINE_INDEPENDENT: ReadonlySet<Measure> = new Set(["failedGets", "doubledPosts", "falseEnds"]);

/** `null` is something that did not happen in time, and misses every bar. */
export const clears = ({ atMost }: Pick<Bar, "atMost">, value: number | null | undefined): boolean =>
  typeof value === "number" && value <= atMost;
