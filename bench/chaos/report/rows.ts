// The lines of a scenario's table: both values, the bar, and how the two compare. Pure.
import { BARS, clears } from "../bars.ts";
import { MEASURES, type Measure, type Measured, type MeasureInfo } from "../measures/measures.ts";
import type { ScenarioResult } from "../result.ts";

/** Two runs of the same balancer differ by this much. */
const NEARLY_EQUAL = 0.15;

export interface Line {
  readonly measure: Measure;
  readonly words: string;
  readonly headgate: string;
  /** Empty if HAProxy did not run. */
  readonly haproxy: string;
  readonly bar: string;
  readonly verdict: "pass" | "miss" | "";
  /** How Headgate does beside HAProxy. */
  readonly compared: "better" | "worse" | "";
}

export function linesOf({ name, headgate, haproxy }: ScenarioResult): Line[] {
  return (Object.keys(MEASURES) as Measure[]).flatMap((measure) => {
    const ours = headgate[measure];
    if (ours === undefined) return [];
    const info = MEASURES[measure];
    const bar = BARS.find((one) => one.scenario === name && one.measure === measure);
    const line: Line = {
      measure,
      words: info.words,
      headgate: amount(ours, info),
      haproxy: haproxy ? amount(haproxy[measure], info) : "",
      bar: bar ? `≤ ${amount(bar.atMost, info)}` : "",
      verdict: bar ? (clears(bar, ours) ? "pass" : "miss") : "",
      compared: compared(ours, haproxy?.[measure], info),
    };
    return [line];
  });
}

export function amount(value: Measured[Measure], { unit }: Pick<MeasureInfo, "unit">): string {
  if (value === undefined) return "";
  if (value === null) return "not in this run";
  switch (unit) {
    case "count":
      return value.toLocaleString("en");
    case "share":
      return `${(value * 100).toFixed(1)} %`;
    case "ms":
      return value >= 1_000 ? `${(value / 1_000).toFixed(1)} s` : `${Math.round(value)} ms`;
  }
}

function compared(
  ours: number | null,
  theirs: number | null | undefined,
  { noise, moreIsBetter }: MeasureInfo,
): Line["compared"] {
  if (theirs === undefined) return "";
  const difference = (ours ?? Number.MAX_VALUE) - (theirs ?? Number.MAX_VALUE);
  if (Math.abs(difference) <= Math.max(noise, (theirs ?? 0) * NEARLY_EQUAL)) return "";
  return difference > 0 === (moreIsBetter ?? false) ? "better" : "worse";
}
