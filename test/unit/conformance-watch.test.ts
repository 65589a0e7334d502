import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchOver } from "../conformance/public-suite/watch.ts";

describe("a run of the public suite", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("that gets stuck is ended after a minute, and what did not end is named", async () => {
    const results: Record<string, unknown> = {};
    const watch = watchOver(["age-parse", "interim-102", "interim-103"], results);
    const outcome = watch.stuck.catch((error: Error) => error.message);
    results["age-parse"] = true;
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await outcome).toBe("no test ended for a minute; 2 have not: interim-102, interim-103");
    watch.end();
  });

  it("that gets on, however slowly, is left alone", async () => {
    const results: Record<string, unknown> = {};
    const told: number[] = [];
    const watch = watchOver(["a", "b", "c"], results, (done) => told.push(done));
    let stuck = false;
    watch.stuck.catch(() => {
      stuck = true;
    });
    for (const id of ["a", "b", "c"]) {
      await vi.advanceTimersByTimeAsync(50_000);
      results[id] = true;
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stuck).toBe(false);
    expect(told.at(-1)).toBe(3);
    watch.end();
  });
});
