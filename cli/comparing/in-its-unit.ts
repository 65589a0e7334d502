// A default as one would write it in a site file. The parsed site has milliseconds, bytes and parts of one. Which of them a number is
// follows from how the other side has written the same key. Pure.
import { formatDuration, parseDurationMs, parsePercent, parseSizeBytes } from "../../shared/site/units.ts";

export function inItsUnit(value: number, like: unknown): string {
  if (typeof like !== "string") return String(value);
  if (parseDurationMs(like) !== undefined) return formatDuration(value);
  if (parsePercent(like) !== undefined) return `${value * 100}%`;
  return parseSizeBytes(like) === undefined ? String(value) : sizeOf(value);
}

function sizeOf(bytes: number): string {
  if (bytes !== 0 && bytes % 1_048_576 === 0) return `${bytes / 1_048_576}MiB`;
  return bytes !== 0 && bytes % 1_024 === 0 ? `${bytes / 1_024}KiB` : `${bytes}B`;
}
