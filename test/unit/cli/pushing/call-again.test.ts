import { describe, expect, it } from "vitest";
import { pauseBeforeNext } from "../../../../cli/pushing/call-again.ts";

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);

describe("the pause before the next call", () => {
  const rows: [
    status: number | undefined,
    retryAfter: string | null,
    attempt: number,
    ms: number | undefined,
  ][] = [
    [undefined, null, 1, 1_000],
    [503, null, 2, 2_000],
    [500, null, 4, 8_000],
    [500, null, 5, undefined],
    [429, null, 1, 1_000],
    [429, "30", 1, 30_000],
    [429, "Sun, 01 Nov 2026 12:00:07 GMT", 1, 7_000],
    [429, "Sun, 01 Nov 2026 11:00:00 GMT", 1, 0],
    [429, "soon", 3, 4_000],
    [503, "300", 1, 300_000],
    [503, "301", 1, undefined],
    [400, "1", 1, undefined],
    [401, null, 1, undefined],
    [403, null, 1, undefined],
    [404, null, 1, undefined],
    [413, null, 1, undefined],
    [200, null, 1, undefined],
  ];

  it.each(rows)("after %s, Retry-After %s, attempt %i: %s ms", (status, retryAfter, attempt, ms) => {
    expect(pauseBeforeNext({ status, retryAfter, attempt }, NOW)).toBe(ms);
  });
});
