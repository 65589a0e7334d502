import { describe, expect, it } from "vitest";
import {
  headAgrees,
  isAbout,
  mergeHeaders,
  sameRepresentation,
} from "../../../worker/caching/law/freshen.ts";
import { DecodedHeaders } from "../../support/decoded-headers.ts";
import { anEntry } from "./an-entry.ts";

type Fields = Record<string, string>;

describe("mergeHeaders", () => {
  it("puts the newer field in place of the stored one, and keeps the others", () => {
    const merged = mergeHeaders(
      [
        ["a", "1"],
        ["b", "1"],
      ],
      new Headers({ b: "2", c: "2" }),
    );
    expect(merged).toEqual([
      ["a", "1"],
      ["b", "2"],
      ["c", "2"],
    ]);
  });
  it("keeps what describes the stored bytes", () => {
    const stored = [
      ["content-type", "text/plain"],
      ["content-length", "3"],
    ] as const;
    const newer = new Headers({
      "content-type": "text/html",
      "content-length": "0",
      "content-encoding": "gzip",
      "content-range": "bytes 0-0/1",
    });
    expect(mergeHeaders(stored, newer)).toEqual(stored);
  });
  it("keeps a weak tag, which is that of the stored bytes", () => {
    const newer = new Headers({ etag: '"a"', "x-test": "new" });
    expect(mergeHeaders([["etag", 'W/"a"']], newer)).toEqual([
      ["etag", 'W/"a"'],
      ["x-test", "new"],
    ]);
    expect(mergeHeaders([["etag", '"a"']], new Headers({ etag: 'W/"a"' }))).toEqual([["etag", 'W/"a"']]);
  });
  it("replaces all of several by all of several", () => {
    const newer = new Headers([
      ["set-cookie", "c=1"],
      ["set-cookie", "d=1"],
    ]);
    expect(
      mergeHeaders(
        [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=1"],
        ],
        newer,
      ),
    ).toEqual([
      ["set-cookie", "c=1"],
      ["set-cookie", "d=1"],
    ]);
  });
});

describe("isAbout: a 304 is about the stored response", () => {
  const cases: [name: string, stored: Fields, notModified: Fields, about: boolean][] = [
    ["with its tag", { etag: '"a"' }, { etag: '"a"' }, true],
    ["with its tag, weak", { etag: '"a"' }, { etag: 'W/"a"' }, true],
    ["without a tag", { etag: '"a"' }, {}, true],
    ["and not with another tag", { etag: '"a"' }, { etag: '"b"' }, false],
    ["with its date", { "last-modified": "then" }, { "last-modified": "then" }, true],
    ["and not with another date", { "last-modified": "then" }, { "last-modified": "now" }, false],
    [
      "with its tag, whatever the date",
      { etag: '"a"', "last-modified": "then" },
      { etag: '"a"', "last-modified": "now" },
      true,
    ],
    [
      "and not with another date, where the tag is left out",
      { etag: '"a"', "last-modified": "then" },
      { "last-modified": "now" },
      false,
    ],
    ["and not with a tag where none is stored", {}, { etag: '"a"' }, false],
    ["with its weak tag made strong", { etag: 'W/"a"' }, { etag: '"a"' }, true],
    [
      "and not with its tag, weak, and another date",
      { etag: 'W/"a"', "last-modified": "then" },
      { etag: 'W/"a"', "last-modified": "now" },
      false,
    ],
    [
      "with its tag, weak, and a date where none is stored",
      { etag: 'W/"a"' },
      { etag: 'W/"a"', "last-modified": "then" },
      true,
    ],
    [
      "with its tag, weak, and no date to differ",
      { etag: 'W/"a"', "last-modified": "then" },
      { etag: 'W/"a"' },
      true,
    ],
    ["without a date", { "last-modified": "then" }, {}, true],
    ["and not with a date alone where none is stored", { etag: '"a"' }, { "last-modified": "then" }, false],
  ];
  for (const [name, stored, notModified, about] of cases) {
    it(name, () => expect(isAbout(anEntry(stored), new Headers(notModified))).toBe(about));
  }
});

describe("headAgrees: a HEAD describes the stored response", () => {
  const all = { etag: '"a"', "last-modified": "then", "content-length": "3" };
  const cases: [name: string, stored: Fields, head: Fields, agrees: boolean][] = [
    ["where all is the same", all, all, true],
    ["where it says nothing", all, {}, true],
    ["where nothing is stored to compare", {}, all, true],
    ["and not with another tag", all, { ...all, etag: '"b"' }, false],
    ["and not with the tag weak", all, { ...all, etag: 'W/"a"' }, false],
    ["and not with another date", all, { ...all, "last-modified": "now" }, false],
    ["and not with another length", all, { ...all, "content-length": "4" }, false],
  ];
  for (const [name, stored, head, agrees] of cases) {
    it(name, () => expect(headAgrees(anEntry(stored), new Headers(head))).toBe(agrees));
  }
});

it("what cannot be read is about nothing, agrees with nothing and proves nothing", () => {
  const tag = '"v\uFFFD"';
  const { headers, ...rest } = anEntry();
  const entry = { ...rest, headers: [...headers, ["etag", tag] as const] };
  expect(isAbout(entry, new DecodedHeaders({ etag: tag }))).toBe(false);
  expect(isAbout(anEntry(), new DecodedHeaders({ "x-a": "\uFFFD" }))).toBe(false);
  expect(headAgrees(entry, new DecodedHeaders({ etag: tag }))).toBe(false);
  expect(sameRepresentation(entry, new DecodedHeaders({ etag: tag }))).toBe(false);
});

it("only a strong tag proves two parts to be of one representation", () => {
  const same = (held: string | undefined, newer: string | undefined) =>
    sameRepresentation(
      anEntry(held === undefined ? {} : { etag: held }),
      new Headers(newer === undefined ? {} : { etag: newer }),
    );
  expect(same('"a"', '"a"')).toBe(true);
  expect(same('"a"', '"b"')).toBe(false);
  expect(same('W/"a"', 'W/"a"')).toBe(false);
  expect(same(undefined, undefined)).toBe(false);
  expect(same('"a"', undefined)).toBe(false);
});
