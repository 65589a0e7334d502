// `npm run chaos`: what clients see when origins die, freeze, slow down or break. docs/resilience.md explains the results.
import { thisMachine } from "../machine/machine.ts";
import { fileOf, install, missing } from "../machine/tools.ts";
import { runMain } from "../run-main.ts";
import { BARS, clears } from "./bars.ts";
import { isRecorded, type Options, readOptions } from "./options.ts";
import { draw, latest, record } from "./report/record.ts";
import { missesText, scenarioText } from "./report/terminal.ts";
import { type ChaosResult, RESULT_FORMAT, type ScenarioResult } from "./result.ts";
import type { Pace } from "./run.ts";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

const WHOLE: Pace = { perSecond: 150, quietMs: 5_000, troubleMs: 20_000, afterMs: 25_000 };
const QUICK: Pace = { perSecond: 150, quietMs: 2_000, troubleMs: 5_000, afterMs: 5_000 };

/** Programs of the benchmark that have no part here are left out. */
const INVOLVED = new Set(["node", "workerd", "haproxy"]);

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(
    argv,
    SCENARIOS.map(({ name }) => name),
  );
  if (options.redraw) {
    await draw(await latest());
    return 0;
  }
  if (options.install) install(missing().filter(({ command }) => command === "haproxy"));
  const withoutHaproxy = whyNoHaproxy(options);
  const say = options.json ? () => {} : (text: string) => void process.stdout.write(`${text}\n`);
  if (withoutHaproxy !== undefined) say(`HAProxy is left out: ${withoutHaproxy}.\n`);

  const at = new Date().toISOString();
  const pace = options.quick ? QUICK : WHOLE;
  const wanted = SCENARIOS.filter(({ name }) => options.only?.includes(name) ?? true);
  const scenarios: ScenarioResult[] = [];
  for (const [index, scenario] of wanted.entries()) {
    const progress = (doing: string) =>
      void process.stderr.write(`[${index + 1}/${wanted.length}] ${scenario.name}: ${doing}\n`);
    const result = await runScenario(scenario, pace, withoutHaproxy === undefined, progress);
    scenarios.push(result);
    say(scenarioText(result));
  }
  const machine = thisMachine();
  const versions = Object.fromEntries(
    Object.entries(machine.versions).filter(([name]) => INVOLVED.has(name)),
  );
  const result: ChaosResult = {
    format: RESULT_FORMAT,
    at,
    pace,
    machine: { ...machine, versions },
    scenarios,
    ...(withoutHaproxy !== undefined && { withoutHaproxy }),
  };
  if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  say(missesText(scenarios));
  if (isRecorded(options)) {
    await record(result);
    say("Recorded in bench/chaos/results/latest.json and docs/resilience.md.");
  }
  return options.strict && missesOne(scenarios) ? 1 : 0;
}

function whyNoHaproxy({ alone }: Options): string | undefined {
  if (alone) return "--alone";
  if (fileOf("haproxy") !== undefined) return undefined;
  return "it is not installed (as root, npm run chaos -- --install does it)";
}

const missesOne = (scenarios: readonly ScenarioResult[]): boolean =>
  scenarios.some(({ name, headgate }) =>
    BARS.some(({ scenario, measure, atMost }) => scenario === name && !clears({ atMost }, headgate[measure])),
  );

await runMain(main);
