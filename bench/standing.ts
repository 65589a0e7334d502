// Which bars does a run clear, and which does it miss? Pure.
import type { Bar } from "./bars.ts";
import type { BenchResult, Row } from "./result.ts";

export interface Standing {
  readonly bar: Bar;
  /** Undefined if the run did not measure it. */
  readonly row: Row | undefined;
  readonly verdict: "pass" | "miss" | "not measured";
}

export function standings({ claims }: Pick<BenchResult, "claims">, bars: readonly Bar[]): Standing[] {
  return bars.map((bar) => {
    const claim = claims.find(({ name }) => name === bar.claim);
    const row = claim?.rows.find(({ name }) => name === bar.row);
    return { bar, row, verdict: row ? verdictOn(row, bar) : "not measured" };
  });
}

/** Judges by the median. A bar that half of the measurements clear is not missed because of noise. */
function verdictOn({ value: { median } }: Row, { atLeast, atMost }: Bar): "pass" | "miss" {
  const tooLow = atLeast !== undefined && !(median >= atLeast);
  const tooHigh = atMost !== undefined && !(median <= atMost);
  return tooLow || tooHigh ? "miss" : "pass";
}
