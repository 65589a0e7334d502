// Durations, sizes and shares as written in a site file: `500ms 30s 5m 1h 7d`, `64KiB 10MiB`, `50%`.

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const MS_PER = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const SIZE = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/;
const BYTES_PER = { B: 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 } as const;

/** Milliseconds, or undefined if the text is not a duration. */
export function parseDurationMs(text: string): number | undefined {
  return measure(DURATION.exec(text), MS_PER);
}

/** Bytes, or undefined if the text is not a size. */
export function parseSizeBytes(text: string): number | undefined {
  return measure(SIZE.exec(text), BYTES_PER);
}

/** A share: `50%` → 0.5. Undefined if the text is not a percentage. */
export function parsePercent(text: string): number | undefined {
  const [, amount] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const share = Number(amount) / 100;
  return Number.isFinite(share) ? share : undefined;
}

/** The shortest exact way to write a duration: 90000 → "90s", 3600000 → "1h". */
export function formatDuration(ms: number): string {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (ms !== 0 && ms % MS_PER[unit] === 0) return `${ms / MS_PER[unit]}${unit}`;
  }
  return ms === 0 ? "0s" : `${ms}ms`;
}

function measure(match: RegExpExecArray | null, unitTable: Record<string, number>): number | undefined {
  const [, amount, unit] = match ?? [];
  const measured = Math.round(Number(amount) * Number(unitTable[String(unit)]));
  // Without a match it is not a number, and three hundred digits overflow to infinity.
  return Number.isFinite(measured) ? measured : undefined;
}
