// A scenario's result on the terminal. Pure.
import { columns } from "../../report/terminal.ts";
import type { ScenarioResult } from "../result.ts";
import { type Line, linesOf } from "./rows.ts";
import { titleOf } from "./titles.ts";

export function scenarioText(result: ScenarioResult): string {
  const head = ["", "headgate", result.haproxy ? "haproxy" : "", "bar", ""];
  return `${titleOf(result.name)} [${result.name}]\n${columns([head, ...linesOf(result).map(cells)])}`;
}

const cells = ({ words, headgate, haproxy, bar, verdict, compared }: Line): string[] => [
  words,
  headgate,
  haproxy,
  bar,
  [verdict === "miss" ? "MISS" : verdict, compared && `${compared} than haproxy`].filter(Boolean).join(", "),
];

export function missesText(results: readonly ScenarioResult[]): string {
  const missed = results.flatMap((result) =>
    linesOf(result)
      .filter(({ verdict }) => verdict === "miss")
      .map(({ words, headgate, bar }) => [result.name, words, headgate, bar]),
  );
  return missed.length === 0 ? "Every bar is cleared.\n" : `Missed:\n${columns(missed)}`;
}
