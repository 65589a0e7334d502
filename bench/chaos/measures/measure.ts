// All measures of one scenario. Pure.
import type { Scenario } from "../scenarios.ts";
import { allDown } from "./all-down.ts";
import { failures, mustNotBe } from "./failures.ts";
import type { Measured } from "./measures.ts";
import type { Played } from "./played.ts";
import { recovery } from "./recovery.ts";
import { waits } from "./waits.ts";

export function measure({ victim }: Pick<Scenario, "victim">, played: Played): Measured {
  const always = { requests: played.outcomes.length, ...mustNotBe(played) };
  return victim === undefined
    ? { ...always, ...allDown(played) }
    : { ...always, ...failures(played), ...waits(played), ...recovery(played, victim) };
}
