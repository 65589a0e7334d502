import { describe, expect, it } from "vitest";
import { formatDuration, parseDurationMs, parsePercent, parseSizeBytes } from "../../../shared/site/units.ts";

describe("a duration", () => {
  it.each([
    ["0s", 0],
    ["500ms", 500],
    ["30s", 30_000],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
    ["1.5s", 1_500],
    ["0.25h", 900_000],
    ["0.4ms", 0],
    ["0.5ms", 1],
  ])("%s is %d milliseconds", (text, ms) => expect(parseDurationMs(text)).toBe(ms));

  it.each([
    "",
    "5",
    "s",
    "1 s",
    " 1s",
    "-1s",
    "+1s",
    "1.s",
    ".5s",
    "1.5.5s",
    "1,5s",
    "1.xs",
    "1S",
    "1sec",
    "1w",
    "1e3s",
    "1s2",
    `${"9".repeat(400)}s`,
  ])("is not %j", (text) => expect(parseDurationMs(text)).toBeUndefined());

  it.each([
    [0, "0s"],
    [1, "1ms"],
    [1_500, "1500ms"],
    [90_000, "90s"],
    [300_000, "5m"],
    [3_600_000, "1h"],
    [172_800_000, "2d"],
  ])("of %d milliseconds is written %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
    expect(parseDurationMs(text)).toBe(ms);
  });
});

describe("a size", () => {
  it.each([
    ["0B", 0],
    ["512B", 512],
    ["64KiB", 65_536],
    ["1.5MiB", 1_572_864],
    ["1GiB", 1_073_741_824],
  ])("%s is %d bytes", (text, bytes) => expect(parseSizeBytes(text)).toBe(bytes));

  it.each(["", "5", "KiB", "1 KiB", " 1KiB", "-1B", "1.B", ".5KiB", "1.xB", "1KB", "1kib", "1KiBs", "1TiB"])(
    "is not %j",
    (text) => expect(parseSizeBytes(text)).toBeUndefined(),
  );
});

describe("percentages", () => {
  it.each([
    ["50%", 0.5],
    ["0%", 0],
    ["100%", 1],
    ["12.5%", 0.125],
    ["7%", 0.07],
    ["250%", 2.5],
  ])("%s is %d", (text, share) => expect(parsePercent(text)).toBe(share));

  it.each(["50", "%", "-5%", "50 %", "1e1%", ".5%", "5%%", "fifty%", "", "9".repeat(400)])(
    "%j is none",
    (text) => expect(parsePercent(text)).toBeUndefined(),
  );
});
