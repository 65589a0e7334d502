import { describe, expect, it } from "vitest";
import { lengthWrittenOut } from "../../../shared/site/file/written-out.ts";

describe("the length of a value, written out", () => {
  it.each<[unknown]>([
    ["text"],
    [5],
    [null],
    [[]],
    [{}],
    [["a", "b"]],
    [{ hosts: ["shop.example.com"], log: { sample: 0.5 } }],
    [{ routes: Array.from({ length: 50 }, (_, index) => ({ id: `r${index}`, to: "web" })) }],
  ])("is at least that of its JSON, and at most three times it with some characters more: %j", (value) => {
    const json = JSON.stringify(value).length;
    expect(lengthWrittenOut(value)).toBeGreaterThanOrEqual(json);
    expect(lengthWrittenOut(value)).toBeLessThanOrEqual(3 * json + 8);
  });

  it("counts a part at each place that has it", () => {
    const part = { text: "x".repeat(1_000) };
    const once = lengthWrittenOut([part]);
    expect(lengthWrittenOut([part, part, part])).toBeGreaterThan(3 * (once - 20));
    expect(lengthWrittenOut([part, part, part])).toBeLessThan(3 * once);
  });

  it("visits a part once, however often it is counted", () => {
    let level: unknown = "x";
    for (let depth = 0; depth < 60; depth++) level = [level, level];
    expect(lengthWrittenOut(level)).toBeGreaterThan(2 ** 60);
  });

  it("is infinite for a value that contains itself", () => {
    const endless: unknown[] = ["a"];
    endless.push([endless]);
    expect(lengthWrittenOut(endless)).toBe(Number.POSITIVE_INFINITY);
  });
});
