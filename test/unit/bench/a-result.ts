// A benchmark's result, from what a test cares about.
import type { BenchResult, ClaimResult, Row, Unit } from "../../../bench/result.ts";

export function aRow(name: string, median: number, options: { unit?: Unit; width?: number } = {}): Row {
  const { unit = "times", width = 0 } = options;
  return { name, unit, value: { median, low: median - width / 2, high: median + width / 2 } };
}

export const aClaim = (name: string, rows: readonly Row[], rest: Partial<ClaimResult> = {}): ClaimResult => ({
  name,
  title: `All about ${name}`,
  contenders: [],
  rows,
  skipped: [],
  ...rest,
});

export const aResult = (...claims: ClaimResult[]): BenchResult => ({
  format: 1,
  at: "2026-11-24T16:00:00.000Z",
  quick: false,
  rounds: 5,
  machine: {
    cores: 2,
    cpu: "A CPU",
    memoryGiB: 24,
    system: "Debian, kernel 6.1",
    versions: { node: "24.0.0", wrk: "4.1.0" },
  },
  claims,
});
