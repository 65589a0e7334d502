import { describe, expect, it } from "vitest";
import { ENTRY_FORMAT } from "../../../worker/caching/entry.ts";
import { weightOf } from "../../../worker/caching/weight.ts";
import { anEntry } from "../../contract/entries.ts";

const plain = weightOf("key", anEntry({ headers: [] }));

describe("what an entry weighs", () => {
  it("is what was measured, even without fields and body (docs/performance.md)", () => {
    const none = { format: ENTRY_FORMAT, keepUntil: 0 } as const;
    expect(weightOf("", { ...none, kind: "variants", variants: [] })).toBe(2_000);
    expect(weightOf("", { ...none, kind: "change", changedAt: 0 })).toBe(2_000);
    const resource = { host: "a.test", path: "", tags: [] };
    expect(weightOf("", anEntry({ headers: [], resource }))).toBe(2_000 + 6_000);
  });

  it("counts the key, and each field with its text", () => {
    expect(weightOf("k".repeat(103), anEntry({ headers: [] })) - plain).toBe(100);
    expect(weightOf("key", anEntry({ headers: [["name", "value"]] })) - plain).toBe(350 + 9);
  });

  it("counts the path and the tags by which a purge names it", () => {
    const named = (path: string, tags: string[]) =>
      weightOf("key", anEntry({ headers: [], resource: { host: "a.test", path, tags } }));
    expect(named("/".repeat(11), []) - plain).toBe(10);
    expect(named("/", ["abc", "de"]) - plain).toBe(50 + 3 + 50 + 2);
  });

  it("counts two bytes for each character of a text with one beyond Latin-1", () => {
    const weigh = (value: string) => weightOf("key", anEntry({ headers: [["n", value]] })) - plain - 350 - 1;
    expect([weigh("abc"), weigh("ab\xff"), weigh("ab\u0100")]).toEqual([3, 3, 6]);
  });

  it("counts each variant of an index, its key and what selects it", () => {
    const variant = { selectors: { a: "1234" }, language: null, key: "0123456789" };
    const index = (count: number) =>
      weightOf("key", {
        kind: "variants",
        format: ENTRY_FORMAT,
        variants: Array.from({ length: count }, () => variant),
        keepUntil: 0,
      });
    expect(index(3) - index(2)).toBe(350 + 10 + 150 + 4);
  });
});
