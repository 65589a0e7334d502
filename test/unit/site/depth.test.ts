import { describe, expect, it } from "vitest";
import { isTooDeep } from "../../../shared/site/file/depth.ts";

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

describe("a value that is nested too deeply", () => {
  it.each([
    [0, false],
    [100, false],
    [101, true],
    [100_000, true],
  ])("with %i levels: %s", (levels, isDeep) => expect(isTooDeep(nested(levels))).toBe(isDeep));

  it("is one that contains itself", () => {
    const value: unknown[] = [];
    value.push({ again: value });
    expect(isTooDeep(value)).toBe(true);
  });

  it("is not one whose parts are shared, however many ways lead through it", () => {
    let value: unknown = [];
    for (let level = 0; level < 99; level++) value = [value, value, value];
    expect(isTooDeep(value)).toBe(false);
  });

  it("is counted by its deepest part, also where that is met again from further down", () => {
    const shared = nested(60);
    let deep: unknown = shared;
    for (let level = 0; level < 50; level++) deep = [deep];
    expect(isTooDeep([shared, deep])).toBe(true);
  });
});
