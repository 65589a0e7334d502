import { describe, expect, it } from "vitest";
import { declaredLength, type Entry, headersOf, isOfAPart, isWhole } from "../../../worker/caching/entry.ts";
import { aMark, anIndex } from "../../contract/entries.ts";
import { anEntry } from "./an-entry.ts";

const of = (length: string): Entry => anEntry({ "content-type": "text/plain", "content-length": length });
const part = anEntry({ "content-range": "bytes 5-9/20", "content-length": "5" }, { status: 206 });

describe("the length that an origin declared", () => {
  const cases: [what: string, entry: Entry, length: number | undefined][] = [
    ["is that of Content-Length", of("10"), 10],
    ["may be nothing", of("0"), 0],
    ["is that of a part for a part, and not that of the file", part, 5],
    ["is unknown without the field", anEntry(), undefined],
    ["is unknown where the field is no number", of("ten"), undefined],
    ["is unknown where it has a unit", of("10B"), undefined],
    ["is unknown where it is negative", of("-10"), undefined],
    ["is unknown where it is empty", of(""), undefined],
    ["is unknown where the field came twice (RFC 9110 §8.6)", of("10, 10"), undefined],
    ["is unknown where no number can hold it", of("1234567890123456"), undefined],
    ["is still exact with fifteen digits", of("123456789012345"), 123_456_789_012_345],
    ["is not asked of an index", anIndex("k"), undefined],
    ["is not asked of the mark of a change", aMark(), undefined],
  ];
  for (const [what, entry, length] of cases) it(what, () => expect(declaredLength(entry)).toBe(length));
});

describe("a body is whole", () => {
  const cases: [what: string, entry: Entry, bytes: number, whole: boolean][] = [
    ["with as many bytes as were declared", of("10"), 10, true],
    ["and not with fewer: it was truncated", of("10"), 9, false],
    ["and not with more", of("10"), 11, false],
    ["however long it is where nothing was declared", anEntry(), 9, true],
    ["as a part, with the bytes of the part", part, 5, true],
    ["as a part, not with those of the file", part, 20, false],
  ];
  for (const [what, entry, bytes, whole] of cases) it(what, () => expect(isWhole(entry, bytes)).toBe(whole));
});

it("of a part is what holds one, not a page, an index or a mark", () => {
  expect(isOfAPart(part)).toBe(true);
  for (const entry of [anEntry(), anIndex("k"), aMark()]) expect(isOfAPart(entry)).toBe(false);
});

it("each field of a name that is there twice stays one of two", () => {
  const headers = headersOf([
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
  ]);
  expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});
