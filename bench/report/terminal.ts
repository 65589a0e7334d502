// Formats a claim's result and, at the end, the bars for the terminal. Pure.
import type { ClaimResult } from "../result.ts";
import type { Standing } from "../standing.ts";
import { barWords, whole, withSpread } from "./words.ts";

export function claimText({ name, title, contenders, rows, skipped }: ClaimResult): string {
  const loaded = contenders.map(({ name: who, requestsPerSecond: rate, cpuMicros, peakMemoryMB }) => [
    who,
    `${whole(rate.median)} req/s`,
    `(${whole(rate.low)}–${whole(rate.high)})`,
    `${whole(cpuMicros.median)} µs CPU`,
    `${whole(peakMemoryMB)} MB`,
  ]);
  const found = rows.map(({ name: what, unit, value }) => [what, withSpread(value, unit)]);
  const without = skipped.map(({ name: who, because }) => `  ${who}: skipped, ${because}\n`);
  return `${title} [${name}]\n${columns(loaded)}${columns(found)}${without.join("")}`;
}

export function standingsText(standings: readonly Standing[]): string {
  const lines = standings.map(({ bar, row, verdict }) => [
    verdict,
    `${bar.claim}: ${bar.row}`,
    row ? withSpread(row.value, row.unit) : "",
    row ? barWords(bar, row.unit) : "",
  ]);
  return columns(lines);
}

export function columns(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const line of lines) {
    line.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  }
  return lines
    .map(
      (line) =>
        `  ${line
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
