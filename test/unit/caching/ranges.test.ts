import { describe, expect, it } from "vitest";
import type { Part } from "../../../worker/caching/entry.ts";
import {
  formatContentRange,
  parseContentRange,
  parseRange,
  selectRanges,
  wholeOf,
} from "../../../worker/caching/law/ranges.ts";

describe("parseRange reads", () => {
  const from = (first: number, last?: number) => ({ kind: "from", first, last });
  const suffix = (length: number) => ({ kind: "suffix", length });
  const cases: [field: string, specs: object[]][] = [
    ["bytes=0-4", [from(0, 4)]],
    ["bytes=5-", [from(5, undefined)]],
    ["bytes=-5", [suffix(5)]],
    ["bytes=0-0,-1", [from(0, 0), suffix(1)]],
    ["bytes= 0-1 , 3-4 ,, ", [from(0, 1), from(3, 4)]],
    ["BYTES=0-1", [from(0, 1)]],
    ["bytes=0-999999999999999", [from(0, 999_999_999_999_999)]],
    ["bytes=00-01", [from(0, 1)]],
    [`bytes=${Array(16).fill("0-0").join(",")}`, Array(16).fill(from(0, 0))],
  ];
  for (const [field, specs] of cases) it(field, () => expect(parseRange(field)).toEqual(specs));
});

describe("parseRange ignores", () => {
  const cases: (string | null)[] = [
    null,
    "",
    "bytes",
    "bytes=",
    "bytes=,",
    "bytes=-",
    "bytes=a-b",
    "bytes=4-2",
    "bytes=0-1,4-2",
    "bytes=0-1;2-3",
    "bytes=+1-2",
    "bytes=0x0-1",
    "bytes=1.5-2",
    "bytes=0--1",
    "items=0-1",
    "bytes =0-1",
    "bytes=0-9999999999999999",
    "bytes=9999999999999999-",
    "my bytes=0-1",
    `bytes=${Array(17).fill("0-0").join(",")}`,
  ];
  for (const field of cases)
    it(`${JSON.stringify(field)?.slice(0, 40)}`, () => expect(parseRange(field)).toBeUndefined());
});

const selected = (range: string, held: Part) => {
  const selection = selectRanges(parseRange(range) ?? [], held);
  if (selection.kind !== "stretches") return selection.kind;
  return selection.stretches
    .map((stretch) => `${stretch.offset}+${stretch.length} ${formatContentRange(stretch, held.complete)}`)
    .join(", ");
};

describe("of a whole of ten bytes", () => {
  const cases: [range: string, selected: string][] = [
    ["bytes=0-4", "0+5 bytes 0-4/10"],
    ["bytes=9-9", "9+1 bytes 9-9/10"],
    ["bytes=5-", "5+5 bytes 5-9/10"],
    ["bytes=5-99", "5+5 bytes 5-9/10"],
    ["bytes=-3", "7+3 bytes 7-9/10"],
    ["bytes=-99", "0+10 bytes 0-9/10"],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=10-20", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=0-1,8-9", "0+2 bytes 0-1/10, 8+2 bytes 8-9/10"],
    ["bytes=8-9,0-1", "8+2 bytes 8-9/10, 0+2 bytes 0-1/10"],
    ["bytes=0-4,3-6", "0+7 bytes 0-6/10"],
    ["bytes=0-4,4-4", "0+5 bytes 0-4/10"],
    ["bytes=0-4,5-9", "0+5 bytes 0-4/10, 5+5 bytes 5-9/10"],
    ["bytes=0-0,-1,20-", "0+1 bytes 0-0/10, 9+1 bytes 9-9/10"],
    ["bytes=0-,0-,0-", "0+10 bytes 0-9/10"],
    ["bytes=3-5,4-7", "3+5 bytes 3-7/10"],
    ["bytes=9-,0-9", "0+10 bytes 0-9/10"],
  ];
  for (const [range, selection] of cases)
    it(range, () => expect(selected(range, wholeOf(10))).toBe(selection));
});

it("of a single byte that byte can be had", () => {
  expect(selected("bytes=0-", wholeOf(1))).toBe("0+1 bytes 0-0/1");
  expect(selected("bytes=-1", wholeOf(1))).toBe("0+1 bytes 0-0/1");
});

it("of nothing nothing can be had", () => {
  expect(selected("bytes=0-", wholeOf(0))).toBe("unsatisfiable");
  expect(selected("bytes=-1", wholeOf(0))).toBe("unsatisfiable");
});

describe("of the bytes 2 to 6 of ten", () => {
  const middle: Part = { first: 2, length: 5, complete: 10 };
  const cases: [range: string, selected: string][] = [
    ["bytes=2-6", "0+5 bytes 2-6/10"],
    ["bytes=3-4", "1+2 bytes 3-4/10"],
    ["bytes=1-3", "not-held"],
    ["bytes=5-7", "not-held"],
    ["bytes=5-", "not-held"],
    ["bytes=-3", "not-held"],
    ["bytes=2-3,8-9", "not-held"],
    ["bytes=20-", "unsatisfiable"],
  ];
  for (const [range, selection] of cases) it(range, () => expect(selected(range, middle)).toBe(selection));
});

describe("of the last four bytes of ten", () => {
  const end: Part = { first: 6, length: 4, complete: 10 };
  const cases: [range: string, selected: string][] = [
    ["bytes=-3", "1+3 bytes 7-9/10"],
    ["bytes=-4", "0+4 bytes 6-9/10"],
    ["bytes=-5", "not-held"],
    ["bytes=6-", "0+4 bytes 6-9/10"],
    ["bytes=8-99", "2+2 bytes 8-9/10"],
    ["bytes=5-", "not-held"],
  ];
  for (const [range, selection] of cases) it(range, () => expect(selected(range, end)).toBe(selection));
});

it("of bytes that ended before their time only those that arrived", () => {
  const short: Part = { first: 0, length: 5, complete: 10 };
  expect(selected("bytes=0-4", short)).toBe("0+5 bytes 0-4/10");
  expect(selected("bytes=4-6", short)).toBe("not-held");
});

describe("parseContentRange", () => {
  it("reads where a part stands", () => {
    expect(parseContentRange("bytes 2-4/10")).toEqual({ first: 2, last: 4, complete: 10 });
    expect(parseContentRange("Bytes 0-0/1")).toEqual({ first: 0, last: 0, complete: 1 });
  });
  for (const field of [
    null,
    "",
    "bytes 2-4/*",
    "bytes */10",
    "bytes 4-2/10",
    "bytes 2-10/10",
    "items 2-4/10",
    "bytes=2-4/10",
    "bytes 2-4",
    "bytes 0000000000000002-4/10",
    "bytes 2-0000000000000004/10",
    "bytes 2-4/9999999999999999",
  ]) {
    it(`does not take ${field}`, () => expect(parseContentRange(field)).toBeUndefined());
  }
});
