import { describe, expect, it } from "vitest";
import type { StoredResponseWithBody } from "../../../worker/caching/entry.ts";
import { asWholeIfComplete, completed, joinParts } from "../../../worker/caching/law/combine.ts";
import { ownReply } from "../../../worker/message.ts";
import { anEntry, bytesOf, textOf } from "./an-entry.ts";

const ALPHABET = "abcdefghij";

/** The bytes from `first` to `last` of the alphabet's first ten letters. */
function part(
  first: number,
  last: number,
  etag = '"a"',
  more: Record<string, string> = {},
): StoredResponseWithBody {
  const body = bytesOf(ALPHABET.slice(first, last + 1));
  const fields = { etag, "content-range": `bytes ${first}-${last}/10`, ...more };
  return { entry: anEntry(fields, { status: 206 }), body };
}

function joined(held: StoredResponseWithBody, received: StoredResponseWithBody): string | undefined {
  const both = joinParts(held, received);
  if (!both) return undefined;
  const { entry, body } = both;
  return entry.part
    ? `${textOf(body)} at ${entry.part.first} of ${entry.part.complete}`
    : `${textOf(body)}, a ${entry.status}`;
}

describe("joinParts", () => {
  // The older part escaped a purge under the revision of the newer one, and under its tags.
  it("makes a response that a purge of either part covers", () => {
    const named = (revision: number, tag: string, one: StoredResponseWithBody) => {
      const resource = { ...one.entry.resource, tags: [tag] };
      return { ...one, entry: { ...one.entry, revision, resource } };
    };
    const [begin, rest] = [named(1, "a", part(0, 4)), named(2, "b", part(5, 9))];
    for (const both of [joinParts(begin, rest), joinParts(rest, begin)]) {
      expect(both?.entry.revision).toBe(1);
      expect(both?.entry.resource.tags.toSorted()).toEqual(["a", "b"]);
    }
  });

  it("joins what follows", () => expect(joined(part(2, 4), part(5, 7))).toBe("cdefgh at 2 of 10"));
  it("joins what comes before", () => expect(joined(part(5, 7), part(2, 4))).toBe("cdefgh at 2 of 10"));
  it("joins what overlaps", () => expect(joined(part(2, 5), part(4, 7))).toBe("cdefgh at 2 of 10"));
  it("joins what lies within", () => expect(joined(part(2, 7), part(3, 4))).toBe("cdefgh at 2 of 10"));
  it("joins what lies around", () => expect(joined(part(3, 4), part(2, 7))).toBe("cdefgh at 2 of 10"));
  it("makes a whole of all", () => expect(joined(part(0, 4), part(5, 9))).toBe("abcdefghij, a 200"));
  it("leaves a gap alone", () => expect(joined(part(0, 2), part(4, 9))).toBeUndefined());
  it("leaves another version alone", () => expect(joined(part(0, 4), part(5, 9, '"b"'))).toBeUndefined());
  it("leaves a weak validator alone", () =>
    expect(joined(part(0, 4, 'W/"a"'), part(5, 9, 'W/"a"'))).toBeUndefined());
  it("leaves another length alone", () => {
    expect(joined(part(0, 4), part(5, 9, '"a"', { "content-range": "bytes 5-9/11" }))).toBeUndefined();
  });
  it("leaves a whole alone", () => {
    expect(joined({ entry: anEntry({ etag: '"a"' }), body: bytesOf(ALPHABET) }, part(5, 9))).toBeUndefined();
  });
  it("leaves a part alone beside a whole that came since", () => {
    expect(joined(part(0, 4), { entry: anEntry({ etag: '"a"' }), body: bytesOf(ALPHABET) })).toBeUndefined();
  });
  it("leaves alone what is still a stream, and bytes that were cut short", () => {
    const none = { ...part(5, 9), body: null };
    const stream = { ...part(5, 9), body: new Blob(["fghij"]).stream() };
    const short = { ...part(5, 9), body: bytesOf("fghi") };
    for (const odd of [none, stream, short]) {
      expect(joined(part(0, 4), odd)).toBeUndefined();
      expect(joined(odd, part(0, 4))).toBeUndefined();
    }
  });
  it("is dated by whichever came last", () => {
    const at = (receivedAt: number, one: StoredResponseWithBody) => ({
      ...one,
      entry: { ...one.entry, receivedAt },
    });
    expect(joinParts(at(2, part(0, 4)), at(1, part(5, 9)))?.entry.receivedAt).toBe(2);
    expect(joinParts(at(1, part(0, 4)), at(2, part(5, 9)))?.entry.receivedAt).toBe(2);
  });
  it("takes over the newer fields", () => {
    const both = joinParts(part(0, 4, '"a"', { "x-test": "old" }), part(5, 9, '"a"', { "x-test": "new" }));
    expect(Object.fromEntries(both?.entry.headers ?? [])).toMatchObject({
      "x-test": "new",
      "content-length": "10",
    });
    expect(Object.fromEntries(both?.entry.headers ?? [])).not.toHaveProperty("content-range");
  });
});

it("a part that is not all stays a part", () => {
  const { entry } = part(0, 4);
  expect(asWholeIfComplete(entry, { first: 0, length: 9, complete: 10 })).toMatchObject({
    status: 206,
  });
  expect(asWholeIfComplete(entry, { first: 1, length: 9, complete: 10 })).toMatchObject({
    status: 206,
  });
  expect(asWholeIfComplete(entry, { first: 0, length: 10, complete: 10 })).toMatchObject({
    status: 200,
    statusText: "OK",
  });
});

describe("completed", () => {
  const rest = (contentRange: string, etag = '"a"') =>
    ownReply(206, new Headers({ "content-range": contentRange, etag }), new Blob(["fghij"]).stream());
  it("is the held bytes and the rest", async () => {
    const whole = completed(part(0, 4), rest("bytes 5-9/10"));
    expect(whole?.status).toBe(200);
    expect(Object.fromEntries(whole?.headers ?? [])).toEqual({ "content-length": "10", etag: '"a"' });
    expect(await new Response(whole?.body as ReadableStream).text()).toBe(ALPHABET);
  });
  // An origin should leave such fields out where it answers If-Range (RFC 9110 §15.3.7). Without Content-Encoding, clients got
  // compressed bytes as if they were not.
  it("has the fields that the rest does not repeat, but not the times", () => {
    const stored = {
      "content-type": "text/css",
      "content-encoding": "gzip",
      "x-a": "old",
      age: "7",
      date: "then",
    };
    const more = rest("bytes 5-9/10");
    more.headers.set("x-a", "new");
    const whole = completed(part(0, 4, '"a"', stored), more);
    expect(Object.fromEntries(whole?.headers ?? [])).toEqual({
      "content-encoding": "gzip",
      "content-length": "10",
      "content-type": "text/css",
      etag: '"a"',
      "x-a": "new",
    });
  });
  const refused: [name: string, held: StoredResponseWithBody, contentRange: string, etag?: string][] = [
    ["a rest that begins later", part(0, 4), "bytes 6-9/10"],
    ["a rest that is not the end", part(0, 4), "bytes 5-8/10"],
    ["a rest of another length", part(0, 4), "bytes 5-9/11"],
    ["the rest of a file of another length", part(0, 4), "bytes 5-10/11"],
    ["a rest to nothing", { ...part(0, 4), body: null }, "bytes 5-9/10"],
    ["a rest to a middle", part(2, 6), "bytes 5-9/10"],
    [
      "a rest to what is still a stream",
      { ...part(0, 4), body: new Blob(["abcde"]).stream() },
      "bytes 5-9/10",
    ],
    ["a rest of another version", part(0, 4), "bytes 5-9/10", '"b"'],
    ["a rest of a weak version", part(0, 4, 'W/"a"'), "bytes 5-9/10", 'W/"a"'],
    ["a rest without a place", part(0, 4), "bytes */10"],
    ["a rest to a whole", { entry: anEntry({ etag: '"a"' }), body: bytesOf(ALPHABET) }, "bytes 5-9/10"],
  ];
  for (const [name, held, contentRange, etag] of refused) {
    it(`is not ${name}`, () => expect(completed(held, rest(contentRange, etag))).toBeUndefined());
  }
  it("is not a rest without content", () => {
    expect(completed(part(0, 4), { ...rest("bytes 5-9/10"), body: null })).toBeUndefined();
  });
});
