// Generates the part of docs/resilience.md that a run writes: machine, date, and a table for each scenario. Pure.
import type { ChaosResult, ScenarioResult } from "../result.ts";
import { type Line, linesOf } from "./rows.ts";
import { titleOf, wordsOf } from "./titles.ts";

const BEGIN = "<!-- written by npm run chaos: begin -->";
const END = "<!-- written by npm run chaos: end -->";

/** Throws if the page has lost its markers. */
export function withResults(page: string, result: ChaosResult): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`docs/resilience.md has no ${BEGIN} and ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${section(result)}\n\n${page.slice(end)}`;
}

function section(result: ChaosResult): string {
  const { at, pace, machine, scenarios, withoutHaproxy } = result;
  const { cores, cpu, memoryGiB, system, versions } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const machineWords = `${at.slice(0, 10)}. ${cores} cores (${cpu}), ${memoryGiB} GiB, ${system}; ${programs.join(", ")}.`;
  const paceWords = `${pace.perSecond} requests a second; trouble for ${pace.troubleMs / 1_000} s, observed for another ${pace.afterMs / 1_000} s.`;
  return [
    `${machineWords} ${paceWords}`,
    ...(withoutHaproxy === undefined ? [] : [`HAProxy is left out: ${withoutHaproxy}.`]),
    "### Where Headgate misses a bar or does worse than HAProxy",
    shortcomings(scenarios),
    ...scenarios.map(scenarioSection),
  ].join("\n\n");
}

function shortcomings(scenarios: readonly ScenarioResult[]): string {
  const lines = scenarios.flatMap((result) =>
    linesOf(result)
      .filter(({ verdict, compared }) => verdict === "miss" || compared === "worse")
      .map((line) => [`\`${result.name}\``, ...cells(line)]),
  );
  return lines.length === 0 ? "Nowhere in this run." : table(["scenario", ...HEAD], lines);
}

const scenarioSection = (result: ScenarioResult): string =>
  [
    `### ${titleOf(result.name)} (\`${result.name}\`)`,
    wordsOf(result.name),
    table(HEAD, linesOf(result).map(cells)),
  ].join("\n\n");

const HEAD = ["", "Headgate", "HAProxy", "bar", ""];

const cells = ({ words, headgate, haproxy, bar, verdict, compared }: Line): string[] => [
  words,
  headgate,
  haproxy,
  bar,
  [verdict === "miss" ? "**miss**" : verdict, compared && `${compared} than HAProxy`]
    .filter(Boolean)
    .join(", "),
];

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (columns: readonly string[]) => `| ${columns.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...lines.map(row)].join("\n");
}
