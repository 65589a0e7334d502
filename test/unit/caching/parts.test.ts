import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResponseEntry, StoredResponseWithBody } from "../../../worker/caching/entry.ts";
import { joinParts } from "../../../worker/caching/law/combine.ts";
import {
  type Arrival,
  fateOfPart,
  isManifest,
  partOf,
  readPart,
  unionOf,
} from "../../../worker/caching/law/parts.ts";
import { parseRange, selectRanges, wholeOf } from "../../../worker/caching/law/ranges.ts";
import { anEntry, NOW } from "./an-entry.ts";

describe("readPart", () => {
  const read = (fields: Record<string, string>) => readPart(new Headers(fields));
  it("reads where the bytes stand, and how many there are", () => {
    const part = { first: 2, length: 5, complete: 10 };
    expect(read({ "content-range": "bytes 2-6/10" })).toEqual(part);
    expect(read({ "content-range": "bytes 2-6/10", "content-length": "5" })).toEqual(part);
  });

  const unknown: Record<string, Record<string, string>> = {
    "no Content-Range": {},
    "a whole of unknown length": { "content-range": "bytes 2-6/*" },
    "another unit": { "content-range": "lines 2-6/10" },
    "an end before the beginning": { "content-range": "bytes 6-2/10" },
    "an end beyond the whole": { "content-range": "bytes 2-10/10" },
    "no range": { "content-range": "bytes */10" },
    "two fields": { "content-range": "bytes 0-1/10, bytes 4-5/10" },
    "several parts in one body": {
      "content-type": "multipart/byteranges; boundary=x",
      "content-range": "bytes 2-6/10",
    },
    "several parts, in capitals": { "content-type": "Multipart/ByteRanges", "content-range": "bytes 2-6/10" },
  };
  for (const [what, fields] of Object.entries(unknown)) {
    it(`knows no place for ${what}`, () => expect(read(fields)).toBe("part-of-unknown-length"));
  }

  for (const length of ["4", "6", "x", "5, 5", ""]) {
    it(`believes neither where Content-Length says ${JSON.stringify(length)}`, () => {
      expect(read({ "content-range": "bytes 2-6/10", "content-length": length })).toBe("part-length-differs");
    });
  }
});

it("partOf is the range, or null where it cannot be stored", () => {
  const part = (fields: Record<string, string>) => partOf(new Headers(fields));
  expect(part({ "content-range": "bytes 2-6/10" })).toEqual({ first: 2, length: 5, complete: 10 });
  expect(part({ "content-range": "bytes 2-6/*" })).toBeNull();
  expect(part({ "content-range": "bytes 2-6/10", "content-length": "4" })).toBeNull();
});

it("only a type that begins with it is that of several parts", () => {
  const fields = {
    "content-range": "bytes 2-6/10",
    "content-type": "application/x; of=multipart/byteranges",
  };
  expect(readPart(new Headers(fields))).toEqual({ first: 2, length: 5, complete: 10 });
});

describe("unionOf", () => {
  const union = (a: [number, number], b: [number, number]) => {
    const both = unionOf(
      { first: a[0], length: a[1], complete: 20 },
      { first: b[0], length: b[1], complete: 20 },
    );
    return both && [both.first, both.length];
  };
  it("is the stretch that both cover, and nothing where there is a gap", () => {
    expect(union([0, 5], [5, 5])).toEqual([0, 10]);
    expect(union([5, 5], [0, 7])).toEqual([0, 10]);
    expect(union([2, 10], [4, 2])).toEqual([2, 10]);
    expect(union([0, 5], [6, 5])).toBeUndefined();
    expect(unionOf(wholeOf(10), wholeOf(11))).toBeUndefined();
  });
});

describe("the fate of a part", () => {
  const MAX_AGE = { "cache-control": "max-age=60" };
  const V1 = { etag: '"v1"' };
  const part = (range: string, fields: Record<string, string> = V1, receivedAt = NOW): ResponseEntry =>
    anEntry({ ...MAX_AGE, "content-range": range, ...fields }, { status: 206, receivedAt });
  const whole = (fields: Record<string, string> = V1, status = 200): ResponseEntry =>
    anEntry({ ...MAX_AGE, ...fields }, { status });
  const manifest: ResponseEntry = { ...whole(), part: { first: 0, length: 0, complete: 20 } };
  const staleIfError = { "cache-control": "max-age=60, stale-if-error=600" };

  it("is asked of parts: a manifest holds no byte, a part some, a page all", () => {
    expect(isManifest(manifest)).toBe(true);
    expect(isManifest(part("bytes 0-0/1"))).toBe(false);
    expect(isManifest(whole())).toBe(false);
  });

  const LATER = NOW + 120_000;
  const arriving = (over: Partial<Arrival> = {}): Arrival => ({
    now: NOW + 2_000,
    requestedAt: NOW + 1_000,
    sliced: false,
    ...over,
  });
  const received = part("bytes 0-4/20", V1, NOW + 2_000);

  const cases: [what: string, fate: string, there: ResponseEntry, arrival?: Arrival, part?: ResponseEntry][] =
    [
      ["a whole of the same version", "gives-way", whole()],
      ["a whole of another version", "gives-way", whole({ etag: '"v0"' })],
      ["a whole that is stale by now", "gives-way", whole(), arriving({ now: LATER })],
      ["a whole that came while it was on its way", "gives-way", whole(), arriving({ requestedAt: NOW - 1 })],
      ["a choice of pages from before", "takes-the-place", whole({}, 300)],
      ["an error page of the very moment", "takes-the-place", whole({}, 404), arriving({ requestedAt: NOW })],
      ["an error page from before", "takes-the-place", whole({}, 404)],
      ["an error page from since", "gives-way", whole({}, 404), arriving({ requestedAt: NOW - 1 })],
      ["a manifest, where the route has slices", "gives-way", manifest, arriving({ sliced: true })],
      ["a manifest, where it has none any more", "takes-the-place", manifest],
      ["what follows", "joins", part("bytes 5-9/20")],
      ["what overlaps", "joins", part("bytes 3-9/20")],
      ["what is stale but the same", "joins", part("bytes 3-9/20"), arriving({ now: LATER })],
      ["a longer one with a gap between", "gives-way", part("bytes 6-19/20")],
      ["a shorter one with a gap between", "takes-the-place", part("bytes 6-7/20")],
      ["one as long with a gap between", "takes-the-place", part("bytes 6-10/20")],
      ["a longer one that has no tag to differ", "gives-way", part("bytes 6-19/20", {})],
      [
        "a longer one with a tag, where the new one has none to differ",
        "gives-way",
        part("bytes 6-19/20"),
        arriving(),
        part("bytes 0-4/20", {}),
      ],
      [
        "a longer one of another date",
        "takes-the-place",
        part("bytes 6-19/20", { "last-modified": "then" }),
        arriving(),
        part("bytes 0-4/20", { "last-modified": "now" }),
      ],
      [
        "a longer one that is of no use any more",
        "takes-the-place",
        part("bytes 6-19/20"),
        arriving({ now: LATER }),
      ],
      [
        "a longer one that stands in for an origin in trouble",
        "gives-way",
        part("bytes 6-19/20", { ...V1, ...staleIfError }),
        arriving({ now: LATER }),
      ],
      ["a longer one of another version", "takes-the-place", part("bytes 6-19/20", { etag: '"v0"' })],
      ["one of another length", "takes-the-place", part("bytes 6-18/19")],
      [
        "one of another version that has come since",
        "gives-way",
        part("bytes 6-9/20", { etag: '"v2"' }),
        arriving({ requestedAt: NOW - 1 }),
      ],
      [
        "a longer one that may be of the same version",
        "gives-way",
        part("bytes 3-9/20", {}),
        arriving(),
        part("bytes 0-4/20", {}),
      ],
      [
        "a longer one with the same weak tag",
        "gives-way",
        part("bytes 3-9/20", { etag: 'W/"v1"' }),
        arriving(),
        part("bytes 0-4/20", { etag: 'W/"v1"' }),
      ],
    ];
  for (const [what, fate, there, arrival = arriving(), of = received] of cases) {
    it(`beside ${what}: ${fate}`, () => expect(fateOfPart(of, there, arrival)).toBe(fate));
  }
});

describe("however parts are joined and cut again", () => {
  const file = Uint8Array.from({ length: 60 }, (_, at) => at);
  const aPart = fc
    .tuple(fc.nat(59), fc.nat(59))
    .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
  const stored = ({ first, last }: { first: number; last: number }): StoredResponseWithBody => ({
    entry: anEntry({ etag: '"v1"', "content-range": `bytes ${first}-${last}/60` }, { status: 206 }),
    body: file.slice(first, last + 1),
  });
  const aRange = fc.oneof(
    fc.tuple(fc.nat(70), fc.nat(70)).map(([a, b]) => `bytes=${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.nat(70).map((first) => `bytes=${first}-`),
    fc.nat(70).map((length) => `bytes=-${length}`),
    fc.tuple(fc.nat(59), fc.nat(59)).map(([a, b]) => `bytes=${a}-${a},${b}-`),
  );

  it("each stretch has the bytes of the file at its place", () => {
    fc.assert(
      fc.property(fc.array(aPart, { minLength: 1, maxLength: 8 }), aRange, (parts, range) => {
        const joined = parts.map(stored).reduce((held, one) => joinParts(held, one) ?? held);
        const held = joined.entry.part ?? wholeOf(60);
        const bytes = joined.body as Uint8Array;
        expect(bytes).toEqual(file.subarray(held.first, held.first + held.length));
        const selection = selectRanges(parseRange(range) ?? [], held);
        if (selection.kind !== "stretches") return;
        for (const { offset, first, length } of selection.stretches) {
          expect(bytes.subarray(offset, offset + length)).toEqual(file.subarray(first, first + length));
          expect(length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
