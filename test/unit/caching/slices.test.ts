import { describe, expect, it } from "vitest";
import {
  asksForOneStretch,
  firstSliceFor,
  isSlice,
  pieceOf,
  representationOf,
  slicesFor,
  spanOf,
} from "../../../worker/caching/law/slices.ts";
import { anAsked } from "../../support/asked.ts";

const asking = (range?: string) =>
  anAsked("http://a.test/", range === undefined ? {} : { headers: { range } });

describe("the span of a slice", () => {
  it("is its size, but for the last, which is what is left", () => {
    expect(spanOf(0, 100)).toEqual({ first: 0, last: 99 });
    expect(spanOf(2, 100, 250)).toEqual({ first: 200, last: 249 });
    expect(spanOf(1, 100, 200)).toEqual({ first: 100, last: 199 });
  });

  it("is matched by that slice alone", () => {
    expect(isSlice({ first: 100, length: 100, complete: 250 }, 1, 100)).toBe(true);
    expect(isSlice({ first: 200, length: 50, complete: 250 }, 2, 100)).toBe(true);
    expect(isSlice({ first: 100, length: 99, complete: 250 }, 1, 100)).toBe(false);
    expect(isSlice({ first: 0, length: 100, complete: 250 }, 1, 100)).toBe(false);
  });
});

describe("the slices for a request", () => {
  it("begin with that of the first byte asked for; of a suffix with the first, which tells the length", () => {
    expect(firstSliceFor(asking(), 100)).toBe(0);
    expect(firstSliceFor(asking("bytes=199-"), 100)).toBe(1);
    expect(firstSliceFor(asking("bytes=200-205"), 100)).toBe(2);
    expect(firstSliceFor(asking("bytes=-5"), 100)).toBe(0);
    expect(firstSliceFor(asking("lines=200-"), 100)).toBe(0);
  });

  it("are from the one with the first byte to the one with the last", () => {
    expect(slicesFor({ offset: 0, first: 0, length: 250 }, 100)).toEqual({ first: 0, last: 2 });
    expect(slicesFor({ offset: 0, first: 99, length: 2 }, 100)).toEqual({ first: 0, last: 1 });
    expect(slicesFor({ offset: 0, first: 100, length: 100 }, 100)).toEqual({ first: 1, last: 1 });
  });

  it("are for one range or none, or a field that says nothing", () => {
    expect(asksForOneStretch(asking())).toBe(true);
    expect(asksForOneStretch(asking("bytes=0-1"))).toBe(true);
    expect(asksForOneStretch(asking("bytes=x"))).toBe(true);
    expect(asksForOneStretch(asking("bytes=0-1,5-6"))).toBe(false);
  });

  it("give each its piece, and together the stretch", () => {
    const file = Uint8Array.from({ length: 250 }, (_, at) => at);
    const stretch = { offset: 0, first: 95, length: 110 };
    const pieces = [0, 1, 2].map((index) =>
      pieceOf(file.subarray(index * 100, index * 100 + 100), index, stretch, 100),
    );
    expect(pieces.map(({ length }) => length)).toEqual([5, 100, 5]);
    expect(pieces.flatMap((piece) => [...piece])).toEqual([...file.subarray(95, 205)]);
  });
});

describe("what slices are of", () => {
  const DATE = "Mon, 01 Jan 2024 00:00:10 GMT";
  const of = (headers: Record<string, string>) => representationOf(new Headers(headers), 250)?.validator;

  it("is told by a strong tag", () => {
    expect(of({ etag: '"v1"' })).toBe('"v1"');
    expect(
      of({ etag: 'W/"v1"', "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT", date: DATE }),
    ).toBeUndefined();
  });

  it("is told by a date that is a second older than the response, else not", () => {
    const modified = (at: string) => of({ "last-modified": `Mon, 01 Jan 2024 00:00:${at} GMT`, date: DATE });
    expect(modified("09")).toBe("Mon, 01 Jan 2024 00:00:09 GMT");
    expect(modified("10")).toBeUndefined();
    expect(of({ "last-modified": "Mon, 01 Jan 2024 00:00:09 GMT" })).toBeUndefined();
    expect(of({})).toBeUndefined();
  });
});
