// The words of a scenario. Pure.
import { SCENARIOS, type ScenarioName } from "../scenarios.ts";

const scenarioOf = (name: ScenarioName) => SCENARIOS.find((scenario) => scenario.name === name);

export const titleOf = (name: ScenarioName): string => scenarioOf(name)?.title ?? name;

export const wordsOf = (name: ScenarioName): string => scenarioOf(name)?.words ?? "";
