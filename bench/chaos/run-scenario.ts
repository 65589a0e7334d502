// One scenario with each balancer in turn.
import { startHaproxy } from "./balancers/haproxy.ts";
import { startHeadgate } from "./balancers/headgate.ts";
import { measure } from "./measures/measure.ts";
import type { ScenarioResult } from "./result.ts";
import { type Pace, play } from "./run.ts";
import type { Scenario } from "./scenarios.ts";

export async function runScenario(
  scenario: Scenario,
  pace: Pace,
  withHaproxy: boolean,
  progress: (doing: string) => void,
): Promise<ScenarioResult> {
  progress("headgate");
  const headgate = measure(scenario, await play(scenario, startHeadgate, pace));
  if (!withHaproxy) return { name: scenario.name, headgate };
  progress("haproxy");
  const haproxy = measure(scenario, await play(scenario, startHaproxy, pace));
  return { name: scenario.name, headgate, haproxy };
}
