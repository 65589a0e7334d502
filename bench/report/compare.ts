// What has changed since the recorded run? Compares ratios, because a change of machine or of its load affects the ratios of
// one run least. Pure.
import { type BenchResult, type ClaimResult, moreIsBetter, type Row, type Unit } from "../result.ts";
import { columns } from "./terminal.ts";
import { withSpread } from "./words.ts";

export interface Move {
  readonly claim: string;
  readonly row: string;
  readonly unit: Unit;
  readonly before: Row;
  readonly now: Row;
  /** Relative change of the median: 0.1 is a tenth more. */
  readonly change: number;
  readonly verdict: "better" | "worse" | "same";
}

/** Smaller changes do not count: two runs of the same code differ by this much. */
const NOISE: Readonly<Record<Unit, number>> = {
  times: 0.05,
  "cpu-times": 0.05,
  "MB/s": 0.2,
  ms: 0.15,
  MB: 0.15,
  KB: 0.005,
};

/** Only rows that both runs have measured. */
export function moves(before: BenchResult, now: BenchResult): Move[] {
  return now.claims.flatMap((claim) => {
    const other = before.claims.find(({ name }) => name === claim.name);
    return other ? movesOf(claim, other) : [];
  });
}

function movesOf(claim: ClaimResult, other: ClaimResult): Move[] {
  return claim.rows.flatMap((now) => {
    const before = other.rows.find(({ name, unit }) => name === now.name && unit === now.unit);
    if (!before) return [];
    const change = now.value.median / before.value.median - 1;
    const verdict = verdictOn(before, now, change);
    return [{ claim: claim.name, row: now.name, unit: now.unit, before, now, change, verdict }];
  });
}

/** A row has changed if its medians differ by more than noise and its middle halves do not overlap. */
function verdictOn(before: Row, now: Row, change: number): Move["verdict"] {
  const apart = now.value.low > before.value.high || now.value.high < before.value.low;
  if (!apart || !(Math.abs(change) > NOISE[now.unit])) return "same";
  return change > 0 === moreIsBetter(now.unit) ? "better" : "worse";
}

export function movesText(all: readonly Move[]): string {
  const lines = all.map(({ claim, row, unit, before, now, change, verdict }) => [
    verdict === "same" ? "" : verdict,
    `${claim}: ${row}`,
    withSpread(before.value, unit),
    "→",
    withSpread(now.value, unit),
    `${change >= 0 ? "+" : "−"}${Math.abs(change * 100).toFixed(0)} %`,
  ]);
  const count = (verdict: Move["verdict"]) => all.filter((move) => move.verdict === verdict).length;
  return `${columns(lines)}${count("better")} better, ${count("worse")} worse, ${count("same")} as before\n`;
}
