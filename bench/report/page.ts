// Generates the part of docs/performance.md that a run writes: machine, date, picture, bars, and all figures. Pure.
import type { Bar } from "../bars.ts";
import type { BenchResult, ClaimResult, Machine } from "../result.ts";
import { standings } from "../standing.ts";
import { barWords, whole, withSpread } from "./words.ts";

const BEGIN = "<!-- written by npm run bench: begin -->";
const END = "<!-- written by npm run bench: end -->";

/** Throws if the page has lost its markers. */
export function withResults(page: string, result: BenchResult, bars: readonly Bar[]): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`docs/performance.md has no ${BEGIN} and ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${resultsSection(result, bars)}\n${page.slice(end)}`;
}

function resultsSection(result: BenchResult, bars: readonly Bar[]): string {
  return [
    `${result.at.slice(0, 10)}, ${result.rounds} rounds${result.quick ? ", a quick run" : ""}. ${machineWords(result.machine)}`,
    "![Throughput of Headgate over its peers](performance.svg)",
    "### The bars",
    barsTable(result, bars),
    ...result.claims.map(claimSection),
  ]
    .join("\n\n")
    .concat("\n");
}

function machineWords({ cores, cpu, memoryGiB, system, versions }: Machine): string {
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cores} cores (${cpu}), ${memoryGiB} GiB, ${system}; ${parts.join(", ")}.`;
}

function barsTable(result: BenchResult, bars: readonly Bar[]): string {
  const lines = standings(result, bars).map(({ bar, row, verdict }) => [
    bar.claim,
    bar.row,
    row ? withSpread(row.value, row.unit) : "",
    row ? barWords(bar, row.unit) : "",
    verdict === "miss" ? "**miss**" : verdict,
  ]);
  return table(["claim", "what", "measured", "bar", ""], lines);
}

function claimSection({ at, name, title, contenders, rows, skipped }: ClaimResult): string {
  const parts = [`### ${title} (\`${name}\`)`];
  if (at !== undefined) parts.push(`Measured on ${at.slice(0, 10)}, apart from the others.`);
  if (contenders.length > 0) {
    const lines = contenders.map((one) => [
      one.name,
      `${whole(one.requestsPerSecond.median)} (${whole(one.requestsPerSecond.low)}–${whole(one.requestsPerSecond.high)})`,
      `${whole(one.cpuMicros.median)} µs`,
      `${whole(one.peakMemoryMB)} MB`,
    ]);
    parts.push(table(["", "requests/s", "CPU for each", "peak memory"], lines));
  }
  parts.push(
    table(
      ["", "measured"],
      rows.map((row) => [row.name, withSpread(row.value, row.unit)]),
    ),
  );
  if (skipped.length > 0)
    parts.push(skipped.map((one) => `- ${one.name} is left out: ${one.because}`).join("\n"));
  return parts.join("\n\n");
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...lines.map(row)].join("\n");
}
