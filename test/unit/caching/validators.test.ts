import { describe, expect, it } from "vitest";
import {
  parseEntityTags,
  stronglyMatches,
  validatingFields,
  weaklyMatches,
} from "../../../worker/caching/law/validators.ts";
import { anEntry } from "./an-entry.ts";

describe("comparing entity tags (RFC 9110 §8.8.3.2)", () => {
  const cases: [a: string, b: string, strong: boolean, weak: boolean][] = [
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', 'W/"1"', false, true],
    ['"1"', '"1"', true, true],
    ['"a"', '"A"', false, false],
    ['"1"', "1", false, false],
    ['"v\uFFFD"', '"v\uFFFD"', false, false], // what cannot be read is equal to nothing
    ['W/"v\uFFFD"', '"v\uFFFD"', false, false],
  ];
  for (const [a, b, strong, weak] of cases) {
    it(`${a} and ${b}: strongly ${strong}, weakly ${weak}`, () => {
      expect(stronglyMatches(a, b)).toBe(strong);
      expect(weaklyMatches(a, b)).toBe(weak);
    });
  }
});

describe("parseEntityTags", () => {
  const cases: [field: string, tags: string[]][] = [
    ['"a"', ['"a"']],
    ['"a", W/"b" ,"c"', ['"a"', 'W/"b"', '"c"']],
    ['"a,b", "c d"', ['"a,b"', '"c d"']],
    ["a, b", ["a", "b"]],
    ['""', ['""']],
    ['"""a b"', ['""', '"a b"']],
    ["", []],
  ];
  for (const [field, tags] of cases) it(field, () => expect(parseEntityTags(field)).toEqual(tags));
});

describe("validatingFields", () => {
  it("sends what is stored, byte for byte", () => {
    expect(validatingFields(anEntry({ etag: 'W/"a"', "last-modified": "whenever" }))).toEqual([
      ["if-none-match", 'W/"a"'],
      ["if-modified-since", "whenever"],
    ]);
    expect(validatingFields(anEntry({ "last-modified": "whenever" }))).toEqual([
      ["if-modified-since", "whenever"],
    ]);
  });
  it("sends those of a part too, but none of an error or a redirect (RFC 9110 §13.2.1)", () => {
    const part = { etag: '"a"', "content-range": "bytes 0-1/10" };
    expect(validatingFields(anEntry(part, { status: 206 }))).toEqual([["if-none-match", '"a"']]);
    for (const status of [203, 301, 404]) expect(validatingFields(anEntry(part, { status }))).toEqual([]);
  });
  it("sends nothing that cannot be read", () => {
    const { headers, ...entry } = anEntry({ "last-modified": "whenever" });
    expect(validatingFields({ ...entry, headers: [...headers, ["etag", '"v\uFFFD"']] })).toEqual([
      ["if-modified-since", "whenever"],
    ]);
  });
  it("sends nothing where nothing is stored to be compared", () => {
    expect(validatingFields(anEntry({ date: "Tue, 24 Nov 2026 12:00:00 GMT" }))).toEqual([]);
  });
});
