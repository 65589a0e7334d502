// Formats numbers for readers, everywhere in the benchmark. Pure.
import type { Bar } from "../bars.ts";
import type { Unit } from "../result.ts";
import type { Spread } from "../spread.ts";

/** `0.83`, `12.4 ms`. */
export function amount(value: number, unit: Unit): string {
  switch (unit) {
    case "times":
    case "cpu-times":
      return value.toFixed(2);
    case "ms":
    case "MB":
    case "KB":
    case "MB/s":
      return `${Math.abs(value) < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
  }
}

/** `0.83 (0.80–0.85)`; only the median if there was one measurement. */
export function withSpread({ median, low, high }: Spread, unit: Unit): string {
  if (low === high) return amount(median, unit);
  const bare = (value: number) => amount(value, unit).split(" ")[0];
  return `${amount(median, unit)} (${bare(low)}–${bare(high)})`;
}

export function barWords({ atLeast, atMost }: Bar, unit: Unit): string {
  return atLeast === undefined ? `≤ ${amount(atMost ?? 0, unit)}` : `≥ ${amount(atLeast, unit)}`;
}

/** `12,400`. */
export const whole = (value: number): string => Math.round(value).toLocaleString("en");
