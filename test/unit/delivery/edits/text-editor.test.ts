import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactly, type TextEdit, TextEditor } from "../../../../worker/delivery/edits/text-editor.ts";

const literal = (from: string, to: string): TextEdit => ({
  pattern: exactly(from),
  longest: from.length,
  replacement: () => to,
});

function edited(edits: readonly TextEdit[], chunks: readonly string[]): string {
  const editor = new TextEditor(edits);
  return chunks.map((chunk) => editor.edit(chunk)).join("") + editor.end();
}

/** Cuts the text at these places. */
function cut(text: string, at: readonly number[]): string[] {
  const places = [...new Set(at.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => text.slice(from, places[index]));
}

describe("a text that is replaced in a body", () => {
  it("is found when it lies across chunks", () => {
    expect(edited([literal("origin", "edge")], ["or", "i", "gin and ori", "gin"])).toBe("edge and edge");
  });

  it("may be replaced by nothing, or by itself and more", () => {
    expect(edited([literal("ab", "")], ["xaaabb", "by"])).toBe("xaabby");
    expect(edited([literal("a", "aa")], ["aa", "a"])).toBe("aaaaaa");
  });

  it("is searched in what came, not in what was put in", () => {
    expect(edited([literal("a", "b"), literal("b", "a")], ["abab"])).toBe("baba");
  });

  it("gives way to one that begins before it, and to the first of the list", () => {
    expect(edited([literal("bc", "2"), literal("abc", "1")], ["abcbc"])).toBe("12");
    expect(edited([literal("ab", "1"), literal("abc", "2")], ["abc"])).toBe("1c");
  });

  it("holds back no more than it has to", () => {
    const editor = new TextEditor([literal("origin", "edge")]);
    expect(editor.edit("0123456789")).toBe("0123");
    expect(editor.edit("")).toBe("");
    expect(editor.end()).toBe("456789");
  });

  // nginx's sub_filter has had several bugs of this kind (nginx-tests, sub_filter_slice.t and sub_filter_merge.t): what is found
  // must not depend on how the body arrives.
  it("gives the same however the body is cut", () => {
    const someText = fc.string({ unit: fc.constantFrom("a", "b", "c", "\n", "\xff"), maxLength: 60 });
    const someEdit = fc.tuple(
      fc.string({ unit: fc.constantFrom("a", "b", "c", "\xff"), minLength: 1, maxLength: 5 }),
      fc.string({ unit: fc.constantFrom("a", "x"), maxLength: 4 }),
    );
    const looking: TextEdit = { pattern: "a(?=b)", longest: 2, replacement: () => "<a>" };
    fc.assert(
      fc.property(
        someText,
        fc.array(someEdit, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (text, pairs, at) => {
          const edits = [looking, ...pairs.map(([from, to]) => literal(from, to))];
          const naive = text.replace(
            new RegExp(edits.map(({ pattern }) => `(${pattern})`).join("|"), "g"),
            (found, ...groups) =>
              edits[groups.findIndex((group) => group !== undefined)]?.replacement(found) ?? "",
          );
          expect(edited(edits, cut(text, at))).toBe(naive);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
