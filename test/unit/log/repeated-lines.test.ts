import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RepeatedLines } from "../../../cli/log/repeated-lines.ts";

const LINE = "HTTP connection failed: TLS handshake failed";
let passed: string[];
let lines: RepeatedLines;
beforeEach(() => {
  vi.useFakeTimers();
  passed = [];
  lines = new RepeatedLines((line) => passed.push(line));
});
afterEach(() => vi.useRealTimers());

describe("a line that comes again and again", () => {
  it("is passed on once a minute, with how often it came besides", () => {
    for (let times = 0; times < 5_000; times++) lines.take(LINE);
    expect(passed).toEqual([LINE]);
    vi.advanceTimersByTime(60_000);
    expect(passed).toEqual([LINE, `${LINE} (and 4999 more like it within a minute)`]);
    lines.take(LINE);
    expect(passed.slice(2)).toEqual([LINE]);
    vi.advanceTimersByTime(60_000);
    expect(passed).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not hold up other lines", () => {
    for (const line of [LINE, "another", LINE, "a third", "another"]) lines.take(line);
    expect(passed).toEqual([LINE, "another", "a third"]);
  });

  it("is summed up at the end, and leaves no timer", () => {
    for (const line of [LINE, LINE, "once"]) lines.take(line);
    lines.end();
    expect(passed).toEqual([LINE, "once", `${LINE} (and 1 more like it within a minute)`]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("passes on each record of the Worker", () => {
  const record = '{"level":"warn"}';
  lines.take(record);
  lines.take(record);
  expect(passed).toEqual([record, record]);
});

it("keeps a bounded number of lines", () => {
  for (let number = 0; number < 1_000; number++) lines.take(`line ${number}`);
  expect(passed).toHaveLength(1_000);
  expect(vi.getTimerCount()).toBe(100);
});
