import { describe, expect, it } from "vitest";
import { spreadOf } from "../../../bench/spread.ts";

describe("the spread of measurements", () => {
  it("is the median and the quartiles, whatever the order", () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4 });
  });

  it("lies between two measurements where none is in the middle", () => {
    expect(spreadOf([1, 2, 3, 4])).toEqual({ median: 2.5, low: 1.75, high: 3.25 });
  });

  it("of a single measurement has no width", () => {
    expect(spreadOf([7])).toEqual({ median: 7, low: 7, high: 7 });
  });

  it("of none is no number", () => {
    expect(spreadOf([])).toEqual({ median: Number.NaN, low: Number.NaN, high: Number.NaN });
  });
});
