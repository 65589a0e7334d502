// The numbers of docs/standing.md against those of the code.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { formatDuration } from "../../../shared/site/units.ts";
import { JITTER, LONGEST_EJECTION_MS, RATE_OF_AT_LEAST } from "../../../worker/balancing/next-standing.ts";
import { LEAST_SHARE } from "../../../worker/balancing/standing.ts";
import { aPool } from "../balancing/a-pool.ts";

const text = readFileSync(path.join(import.meta.dirname, "../../../docs/standing.md"), "utf8");

describe("docs/standing.md", () => {
  it("shows the defaults", () => {
    const { outlier } = aPool({ a: {} });
    const percent = (share: number) => `${share * 100}%`;
    const lines = [
      `consecutive: ${outlier.consecutive}`,
      `rate: ${percent(outlier.rate)}`,
      `window: ${formatDuration(outlier.windowMs)}`,
      `eject: ${formatDuration(outlier.ejectMs)}`,
      `maxEjected: ${percent(outlier.maxEjected)}`,
      `panic: ${percent(outlier.panic)}`,
      `slowStart: ${formatDuration(outlier.slowStartMs)}`,
      `whenAllOut: ${outlier.asksWhenAllOut ? "ask" : "refuse"}`,
    ];
    expect(text).toContain(lines.map((line) => `      ${line}\n`).join(""));
  });

  it("tells the numbers of the code", () => {
    expect(text).toContain(`at least ${RATE_OF_AT_LEAST} of them`);
    expect(text).toContain(`up to ${LONGEST_EJECTION_MS / 60_000} minutes`);
    expect([JITTER, LEAST_SHARE]).toEqual([0.25, 0.1]);
    expect(text).toContain("up to a quarter longer at random");
    expect(text).toContain("from a tenth to the whole");
  });
});
