// What is remembered of purges, and that it stays small.
import { describe, expect, it } from "vitest";
import { MAX_TABLES } from "../../../worker/keeping/folded-marks.ts";
import {
  addMark,
  type Mark,
  type NewMark,
  NO_PURGES,
  type PurgeMarks,
  purgedBefore,
  readPurges,
} from "../../../worker/keeping/purge-marks.ts";

const NOW = 1_000_000;

/** Each mark with the next revision, one millisecond after the one before unless it says when. */
function marksAfter(...marks: (Partial<NewMark> & { readonly at?: number })[]): PurgeMarks {
  return marks.reduce<PurgeMarks>(
    (before, { at, ...mark }, index) =>
      addMark(
        before,
        { name: "t:x", mode: "hard", revision: index + 1, overMs: 0, ...mark },
        at ?? NOW + index,
      ),
    NO_PURGES,
  );
}

const bytesOf = (marks: PurgeMarks): number => new TextEncoder().encode(JSON.stringify(marks)).length;

describe("two purges under one name become one mark", () => {
  const spread = { overMs: 1_000 };
  const soft = { mode: "soft" } as const;
  const rows: [what: string, marks: Parameters<typeof marksAfter>, mark: Mark][] = [
    ["hard, hard: the later one", [{}, {}], { hard: 2 }],
    ["soft, hard: the hard one is stronger", [soft, {}], { hard: 2 }],
    ["hard, soft: both", [{}, soft], { hard: 1, soft: 2 }],
    ["spread, all at once: the later one", [spread, {}], { hard: 2 }],
    [
      "all at once, spread: both",
      [{}, { ...spread, at: NOW }],
      { hard: 1, hardSpread: { upTo: 2, from: NOW, overMs: 1_000 } },
    ],
    [
      "spread, spread: earlier than either",
      [
        { overMs: 1_000, at: NOW },
        { overMs: 100, at: NOW + 500 },
      ],
      { hardSpread: { upTo: 2, from: NOW, overMs: 600 } },
    ],
    [
      "a spread that has ended, and another",
      [
        { overMs: 1_000, at: NOW },
        { overMs: 100, at: NOW + 1_000 },
      ],
      { hard: 1, hardSpread: { upTo: 2, from: NOW + 1_000, overMs: 100 } },
    ],
    [
      "soft spread, hard spread: both",
      [
        { ...soft, ...spread, at: NOW },
        { ...spread, at: NOW },
      ],
      {
        softSpread: { upTo: 1, from: NOW, overMs: 1_000 },
        hardSpread: { upTo: 2, from: NOW, overMs: 1_000 },
      },
    ],
    [
      "hard spread, soft: both",
      [{ ...spread, at: NOW }, soft],
      { hardSpread: { upTo: 1, from: NOW, overMs: 1_000 }, soft: 2 },
    ],
  ];
  it.each(rows)("%s", (_what, marks, mark) => {
    expect(marksAfter(...marks).exact["t:x"]).toEqual(mark);
  });
});

it("a hard purge of everything makes all other marks superfluous", () => {
  const marks = marksAfter({ name: "t:x" }, { name: "h:a.test", mode: "soft" }, { name: "a" });
  expect(marks).toEqual({ newest: 3, exact: { a: { hard: 3 } }, folded: [] });
});

it("a soft purge of everything leaves the hard ones", () => {
  const marks = marksAfter({ name: "t:x" }, { name: "a", mode: "soft" });
  expect(marks.exact).toEqual({ "t:x": { hard: 1 }, a: { soft: 2 } });
});

describe("however many marks there are", () => {
  const many = (count: number, nameOf: (index: number) => string): PurgeMarks => {
    let marks: PurgeMarks = addMark(
      purgedBefore(1),
      { name: "a", mode: "soft", revision: 2, overMs: 0 },
      NOW,
    );
    for (let index = 0; index < count; index++) {
      const mode = index % 3 === 0 ? "soft" : "hard";
      marks = addMark(marks, { name: nameOf(index), mode, revision: index + 3, overMs: 0 }, NOW);
    }
    return marks;
  };

  it.each([
    ["10,000 URLs", 10_000, (index: number) => `u:shop.test/products/${index}?page=1`],
    ["40,000 tags", 40_000, (index: number) => `t:${index}`],
    ["long names", 300, (index: number) => `u:shop.test/${index}/${"x".repeat(8_000)}`],
    ["names that are not ASCII", 2_000, (index: number) => `t:günstig-${index}-🛒`],
  ])("they stay below 48 KB: %s", (_what, count, nameOf) => {
    const marks = many(count, nameOf);
    expect(bytesOf(marks)).toBeLessThan(48_000);
    expect(marks.folded.length).toBeLessThanOrEqual(MAX_TABLES);
    expect(marks.newest).toBe(count + 2);
    expect(readPurges(JSON.parse(JSON.stringify(marks)))).toEqual(marks);
  });

  it.each([
    ["soft", { mode: "soft" }],
    ["spread", { overMs: 60_000 }],
    ["soft and spread", { mode: "soft", overMs: 60_000 }],
  ] as const)("they stay below 48 KB if all of them are %s", (_what, parts) => {
    let marks: PurgeMarks = NO_PURGES;
    for (let index = 0; index < 3_000; index++)
      marks = addMark(
        marks,
        { name: `t:${index}`, mode: "hard", revision: index + 1, overMs: 0, ...parts },
        NOW,
      );
    expect(bytesOf(marks)).toBeLessThan(48_000);
    expect(readPurges(JSON.parse(JSON.stringify(marks)))).toEqual(marks);
  });

  it("the purge of everything is never folded", () => {
    expect(many(5_000, (index) => `t:${index}`).exact.a).toEqual({ hard: 1, soft: 2 });
  });

  it("the newest ones are not folded", () => {
    const { exact } = many(5_000, (index) => `t:${index}`);
    for (let index = 4_900; index < 5_000; index++) expect(exact).toHaveProperty([`t:${index}`]);
  });

  it("a mark that is set again counts as new", () => {
    const again = { name: "t:0", mode: "soft", revision: 1_000, overMs: 0 } as const;
    const marks = marksAfter(
      ...Array.from({ length: 400 }, (_, index) => ({ name: `t:${index}` })),
      again,
      ...Array.from({ length: 150 }, (_, index) => ({ name: `u:${index}/`, revision: 1_001 + index })),
    );
    expect(marks.folded).toHaveLength(1);
    expect(marks.exact).not.toHaveProperty(["t:1"]);
    expect(marks.exact).toHaveProperty(["t:0"]);
  });

  it.each(["hard", "soft"] as const)("a %s spread is folded after all others", (mode) => {
    const marks = marksAfter(
      { name: "t:spread", mode, overMs: 3_600_000 },
      ...Array.from({ length: 600 }, (_, index) => ({ name: `t:${index}` })),
    );
    expect(marks.folded).toHaveLength(1);
    expect(marks.exact).toHaveProperty(["t:spread"]);
  });

  it("a spread is folded last: folded, it would be in force at once", () => {
    const spread = { name: "t:spread", mode: "hard", revision: 1, overMs: 60_000 } as const;
    let marks = addMark(NO_PURGES, spread, NOW);
    for (let index = 0; index < 5_000; index++) {
      marks = addMark(marks, { name: `t:${index}`, mode: "hard", revision: index + 2, overMs: 0 }, NOW);
    }
    expect(marks.exact["t:spread"]).toEqual({ hardSpread: { upTo: 1, from: NOW, overMs: 60_000 } });
  });
});

describe("what is read", () => {
  it("is nothing if the part is absent", () => {
    expect(readPurges(undefined)).toBe(NO_PURGES);
  });

  const table = { upTo: 1, marks: 1, bits: "0".repeat(4_096) };
  it.each([
    ["null", null],
    ["a text", "a"],
    ["no newest", { exact: {}, folded: [] }],
    ["no marks", { newest: 1, folded: [] }],
    ["no tables", { newest: 1, exact: {} }],
    ["a mark that is none", { newest: 1, exact: { a: 7 }, folded: [] }],
    ["a revision that is none", { newest: 1, exact: { a: { hard: "7" } }, folded: [] }],
    ["a spread that is null", { newest: 1, exact: { a: { hardSpread: null } }, folded: [] }],
    ["a mark that is null", { newest: 1, exact: { a: null }, folded: [] }],
    ["marks that are null", { newest: 1, exact: null, folded: [] }],
    ["a spread that is none", { newest: 1, exact: { a: { hardSpread: { upTo: 1 } } }, folded: [] }],
    ["a table that is none", { newest: 1, exact: {}, folded: [7] }],
    ["a table without a revision", { newest: 1, exact: {}, folded: [{ ...table, upTo: null }] }],
    ["a table without a count", { newest: 1, exact: {}, folded: [{ ...table, marks: "1" }] }],
    ["a table that is too short", { newest: 1, exact: {}, folded: [{ ...table, bits: "0" }] }],
    [
      "a table of other characters",
      { newest: 1, exact: {}, folded: [{ ...table, bits: "é".repeat(4_096) }] },
    ],
    ["too many tables", { newest: 1, exact: {}, folded: Array(MAX_TABLES + 1).fill(table) }],
  ])("is damaged if it is %s", (_what, value) => {
    expect(readPurges(value)).toBeUndefined();
  });
});
