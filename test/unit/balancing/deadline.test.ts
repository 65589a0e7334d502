import { describe, expect, it } from "vitest";
import { Deadline } from "../../../worker/balancing/deadline.ts";

describe("the time that the total time-out leaves", () => {
  it.each([
    [0, 300],
    [299, 1],
    [300, 0],
    [350, -50],
  ])("after %i ms of 300 is %i ms", (passed, left) => {
    expect(new Deadline(1_000, 300).leftAt(1_000 + passed)).toBe(left);
  });

  it("begins anew after a pause of the edge, once", () => {
    const deadline = new Deadline(1_000, 300);
    expect(deadline.leftAt(1_351)).toBe(300);
    expect(deadline.leftAt(1_651)).toBe(0);
    expect(deadline.leftAt(9_000)).toBe(-7_349);
  });

  it("has no end without a limit", () => {
    expect(new Deadline(1_000, undefined).leftAt(1e15)).toBe(Number.POSITIVE_INFINITY);
  });
});
