import { describe, expect, it } from "vitest";
import {
  asksForOneStretch,
  asWhole,
  firstSliceFor,
  isSame,
  isSlice,
  manifested,
  mayNotBeStored,
  noBytesOf,
  objectionToSlicing,
  pieceOf,
  representationOf,
  sliceBytesOf,
  slicesFor,
  spanOf,
} from "../../../worker/caching/law/slices.ts";
import { termsOf } from "../../../worker/caching/law/terms.ts";
import { anAsked } from "../../support/asked.ts";
import { DecodedHeaders } from "../../support/decoded-headers.ts";
import { anEntry, NOW, someRules } from "./an-entry.ts";

const asking = (range?: string) =>
  anAsked("http://a.test/", range === undefined ? {} : { headers: { range } });

describe("the size of a route's slices", () => {
  const CASES: [what: string, slice: string | undefined, bytes: number | undefined][] = [
    ["the route's", "512KiB", 524_288],
    ["as long as the longest body that is stored", "1MiB", 1_048_576],
    ["none, if a slice is longer than that", "2MiB", undefined],
    ["none, if the route names none", undefined, undefined],
  ];
  it.each(CASES)("is %s", (_what, slice, bytes) => {
    expect(sliceBytesOf(someRules({ maxObject: "1MiB", ...(slice && { slice }) }))).toBe(bytes);
  });
});

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

  it("begin with none beyond the end, where the length is known", () => {
    expect(firstSliceFor(asking("bytes=249-"), 100, 250)).toBe(2);
    expect(firstSliceFor(asking("bytes=250-"), 100, 250)).toBe(0);
    expect(firstSliceFor(asking("bytes=900-"), 100, 250)).toBe(0);
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
    expect(of({ date: DATE })).toBeUndefined();
    expect(of({ "last-modified": "long ago", date: DATE })).toBeUndefined();
    expect(of({ "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT", date: "now" })).toBeUndefined();
  });

  it("is not told by a tag that cannot be read, nor by a date beside it", () => {
    const modified = { "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT", date: DATE };
    expect(representationOf(new DecodedHeaders({ etag: '"v\uFFFD"', ...modified }), 250)).toBeUndefined();
  });

  it("is the same where validator and length are", () => {
    const one = { validator: '"v1"', complete: 250 };
    expect(isSame(one, { ...one })).toBe(true);
    expect(isSame({ ...one, validator: '"v2"' }, one)).toBe(false);
    expect(isSame({ ...one, complete: 251 }, one)).toBe(false);
    expect(isSame(undefined, one)).toBe(false);
  });
});

describe("what is stored of a file in slices", () => {
  const FIELDS = { etag: '"v1"', "cache-control": "max-age=60" };
  const slice = (fields: Record<string, string> = {}, status = 206) => ({
    status,
    statusText: "Partial Content",
    headers: new Headers({
      ...FIELDS,
      "content-range": "bytes 0-99/250",
      "content-length": "100",
      ...fields,
    }),
    requestedAt: NOW,
    receivedAt: NOW,
    revision: 0,
  });

  it("is told by the message for the whole, which no slice carries", () => {
    const whole = asWhole(slice(), 250);
    expect(whole).toMatchObject({ status: 200, statusText: "OK", requestedAt: NOW });
    expect(Object.fromEntries(whole.headers)).toEqual({ ...FIELDS, "content-length": "250" });
  });

  it("has a manifest without bytes, which alone tells of what the slices are", () => {
    expect(noBytesOf(250)).toEqual({ first: 0, length: 0, complete: 250 });
    const manifest = { ...anEntry(FIELDS), part: noBytesOf(250) };
    expect(manifested(manifest)).toEqual({ validator: '"v1"', complete: 250 });
    expect(manifested(anEntry(FIELDS))).toBeUndefined();
    expect(manifested({ ...anEntry(FIELDS), part: { first: 0, length: 1, complete: 250 } })).toBeUndefined();
  });

  describe("may be stored by the rules for the whole", () => {
    type Config = Parameters<typeof someRules>[0];
    const objection = (
      fields: Record<string, string>,
      request: Record<string, string> = {},
      config: Config = {},
      path = "/",
    ) => {
      const rules = someRules(config);
      const asked = anAsked(`http://a.test${path}`);
      const headers = new Headers(request);
      const ask = () => ({
        method: "GET",
        target: path,
        headers,
        authority: "shop.test",
        receivedBytes: 0,
        otherUrls: [],
      });
      const received = slice(fields);
      return objectionToSlicing(received, { demand: { asked, ask }, rules }, termsOf(received, rules));
    };
    const html = { "content-type": "text/html", "cache-control": "" };
    const cases: [what: string, objection: string | undefined, ...Parameters<typeof objection>][] = [
      ["a file of any length", undefined, { "content-length": "99999999" }, {}, { maxObject: "1KiB" }],
      ["a file that its tag alone can validate", undefined, { "cache-control": "" }],
      ["not what is private", "private", { "cache-control": "private" }],
      ["not what is asked for with credentials", "authorization", {}, { authorization: "Basic eDp5" }],
      ["not what the client wants stored nowhere", "request-no-store", {}, { "cache-control": "no-store" }],
      ["not a page under the name of an image", "path-type-mismatch", html, {}, { ttl: "1h" }, "/x.png"],
      ["a page under its own name", undefined, html, {}, { ttl: "1h" }, "/x"],
    ];
    for (const [what, expected, ...given] of cases) {
      it(what, () => expect(objection(...given)).toBe(expected));
    }
  });

  it("is nothing where the client says no-store", () => {
    const may = (headers: Record<string, string>) =>
      mayNotBeStored({
        method: "GET",
        target: "/",
        headers: new Headers(headers),
        authority: "shop.test",
        receivedBytes: 0,
        otherUrls: [],
      });
    expect(may({ "cache-control": "max-age=0, No-Store" })).toBe(true);
    expect(may({ "cache-control": "no-cache" })).toBe(false);
    expect(may({ pragma: "no-store" })).toBe(false);
    expect(may({})).toBe(false);
  });
});
