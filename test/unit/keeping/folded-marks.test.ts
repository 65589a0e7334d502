// Tables of bits: they miss no mark that was folded into them, and have few others.
import { describe, expect, it } from "vitest";
import {
  type FoldedMark,
  type FoldedMarks,
  fold,
  MAX_TABLES,
  mayHold,
} from "../../../worker/keeping/folded-marks.ts";
import { hashOf } from "../../../worker/keeping/name-hash.ts";

const mark = (index: number, mode: FoldedMark["mode"] = "hard"): FoldedMark => ({
  name: `t:${index}`,
  mode,
  upTo: index + 1,
});
const marks = (from: number, count: number): FoldedMark[] =>
  Array.from({ length: count }, (_, index) => mark(from + index));
const holds = (table: FoldedMarks | undefined, index: number, mode: FoldedMark["mode"] = "hard"): boolean =>
  table !== undefined && mayHold(table, hashOf(`t:${index}`), mode);

describe("a table", () => {
  it("holds what is folded into it, with the highest revision", () => {
    const [table, ...others] = fold([], [mark(7), mark(3), mark(5)]);
    expect(others).toEqual([]);
    expect(table).toMatchObject({ upTo: 8, marks: 3 });
    for (const index of [3, 5, 7]) expect(holds(table, index)).toBe(true);
    expect(holds(table, 4)).toBe(false);
  });

  it("goes on to be filled", () => {
    const [table] = fold(fold([], [mark(1)]), [mark(2)]);
    expect(table).toMatchObject({ upTo: 3, marks: 2 });
    expect([holds(table, 1), holds(table, 2), holds(table, 3)]).toEqual([true, true, false]);
  });

  it("tells soft marks from hard ones of the same name", () => {
    const [table] = fold([], [mark(1, "soft"), mark(2, "hard")]);
    expect([holds(table, 1, "soft"), holds(table, 1, "hard")]).toEqual([true, false]);
    expect([holds(table, 2, "soft"), holds(table, 2, "hard")]).toEqual([false, true]);
  });

  it("is followed by another one when it has 1,536 marks", () => {
    const tables = fold([], marks(0, 1_537));
    expect(tables.map((table) => table.marks)).toEqual([1_536, 1]);
    expect(tables.map(({ upTo }) => upTo)).toEqual([1_536, 1_537]);
    expect(holds(tables[0], 1_535)).toBe(true);
    expect(holds(tables[1], 1_536)).toBe(true);
  });

  it("has about one name in a thousand that was not folded into it, when it is full", () => {
    const [table] = fold([], marks(0, 1_536));
    const wrong = Array.from({ length: 20_000 }, (_, index) => holds(table, 10_000 + index)).filter(Boolean);
    expect(wrong.length).toBeLessThan(60);
  });
});

it("of too many tables the two oldest become one, which holds the marks of both", () => {
  const full = Array.from({ length: MAX_TABLES }, (_, index) => {
    const [table] = fold([], [mark(index)]);
    if (!table) throw new Error("nothing is folded");
    return { ...table, marks: 1_536 };
  });
  const tables = fold(full, [mark(100)]);
  expect(tables.map((table) => table.marks)).toEqual([3_072, ...Array(MAX_TABLES - 2).fill(1_536), 1]);
  expect(tables[0]?.upTo).toBe(2);
  expect([holds(tables[0], 0), holds(tables[0], 1), holds(tables[0], 2)]).toEqual([true, true, false]);
  expect(holds(tables[1], 2)).toBe(true);
  expect(holds(tables.at(-1), 100)).toBe(true);
});
