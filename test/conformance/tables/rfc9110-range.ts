// HTTP Semantics §13.1.5, §14, §15.3.7 and §15.5.17: parts of a representation, cut from what is stored.
import { ask, cc, type Fields, type Given, get, type Row, sinceNoon } from "../../support/rows.ts";

const TEN = { ...cc("max-age=60", { etag: '"a"', "content-type": "text/plain" }), body: "0123456789" };

/** One stored body of ten bytes, and a request for a part of it. */
const cut = (
  clause: string,
  name: string,
  range: string,
  expect: Row["expect"][number],
  given: Given = TEN,
): Row => ({
  clause,
  name,
  given: [given],
  when: [get(), get({ range })],
  expect: ["0123456789", expect],
  asked: 1,
});

const part = (contentRange: string, body: string) =>
  ({
    status: 206,
    body,
    headers: { "content-range": contentRange, "content-length": String(body.length), etag: '"a"' },
  }) as const;
const WHOLE = { status: 200, body: "0123456789", headers: { "content-range": null } } as const;
const UNSATISFIABLE = { status: 416, body: "", headers: { "content-range": "bytes */10" } } as const;

const ifRange = (name: string, ifRangeIs: Fields[string], stored: Fields, expect: "part" | "whole"): Row => ({
  clause: "§13.1.5",
  name,
  given: [{ ...cc("max-age=60", stored), body: "0123456789" }],
  when: [get(), get({ range: "bytes=0-1", "if-range": ifRangeIs })],
  expect: ["0123456789", expect === "part" ? { status: 206, body: "01" } : WHOLE],
  asked: 1,
});

export const range: Row[] = [
  cut("§14.1.2", "from one byte to another", "bytes=2-4", part("bytes 2-4/10", "234")),
  cut("§14.1.2", "a single byte", "bytes=0-0", part("bytes 0-0/10", "0")),
  cut("§14.1.2", "from a byte to the end", "bytes=7-", part("bytes 7-9/10", "789")),
  cut("§14.1.2", "the last bytes", "bytes=-3", part("bytes 7-9/10", "789")),
  cut(
    "§14.1.2",
    "an end beyond the last byte means the last byte",
    "bytes=7-99",
    part("bytes 7-9/10", "789"),
  ),
  cut(
    "§14.1.2",
    "more of the last bytes than there are is all of them",
    "bytes=-99",
    part("bytes 0-9/10", "0123456789"),
  ),
  cut("§14.1.2", "the unit is read without regard to case", "Bytes=2-4", part("bytes 2-4/10", "234")),
  cut("§14.1.1", "an end before the beginning is invalid: the whole", "bytes=4-2", WHOLE),
  cut("§14.1.1", "another unit is not understood: the whole", "items=0-1", WHOLE),
  cut("§14.1.1", "what is no range is ignored: the whole", "bytes=a-b", WHOLE),
  cut(
    "§14.1.1",
    "a number too large to count with is invalid: the whole",
    "bytes=0-99999999999999999999",
    WHOLE,
  ),
  cut(
    "§14.2",
    "more ranges than any player asks for: the whole",
    `bytes=${Array.from({ length: 17 }, (_, n) => `${n}-${n}`).join(",")}`,
    WHOLE,
  ),
  cut("§15.5.17", "a range that begins after the end is unsatisfiable", "bytes=10-", UNSATISFIABLE),
  cut("§15.5.17", "the last zero bytes are unsatisfiable", "bytes=-0", UNSATISFIABLE),
  cut("§15.3.7.2", "several ranges come as one multipart body", "bytes=0-1, 8-9", {
    status: 206,
    headers: { "content-type": /^content-type: multipart\/byteranges; boundary=/, "content-range": null },
  }),
  cut("§15.3.7.2", "overlapping ranges come as one part", "bytes=0-4,3-6", part("bytes 0-6/10", "0123456")),
  cut(
    "§15.3.7.2",
    "of several ranges those that are satisfiable count",
    "bytes=20-30, 8-9",
    part("bytes 8-9/10", "89"),
  ),
  cut(
    "§14.4",
    "a response of another status has no parts",
    "bytes=0-1",
    { status: 404, body: "0123456789", headers: { "content-range": null } },
    { ...TEN, status: 404 },
  ),
  {
    clause: "§14.2",
    name: "Range is for GET alone: a HEAD is answered as without it",
    given: [TEN],
    when: [get(), ask("HEAD", { range: "bytes=0-1" })],
    expect: ["0123456789", { status: 200, headers: { "content-length": "10", "content-range": null } }],
    asked: 1,
  },
  {
    clause: "§14.2",
    name: "where nothing is stored the range goes to the origin, whose part is passed on",
    given: [
      { ...cc("max-age=60", { etag: '"a"', "content-range": "bytes 2-4/10" }), status: 206, body: "234" },
    ],
    when: [get({ range: "bytes=2-4" })],
    expect: [{ status: 206, body: "234", headers: { "content-range": "bytes 2-4/10" } }],
    asked: [{ range: "bytes=2-4" }],
  },
  {
    clause: "§14.2",
    name: "an origin that ignores the range gives the whole, which is stored and cut from afterwards",
    given: [TEN],
    when: [get({ range: "bytes=2-4" }), get({ range: "bytes=2-4" })],
    expect: [
      { status: 200, body: "0123456789" },
      { status: 206, body: "234" },
    ],
    asked: 1,
  },
  {
    clause: "§15.3.7",
    name: "a part from the store carries the whole's fields and its age",
    given: [{ ...TEN, headers: { ...TEN.headers, "x-test": "yes", vary: "Foo" } }],
    when: [get(), { after: 7 }, get({ range: "bytes=0-1" })],
    expect: [
      "0123456789",
      { status: 206, headers: { "x-test": "yes", vary: "Foo", age: "7", "content-type": "text/plain" } },
    ],
    asked: 1,
  },
  ifRange("the stored tag holds", '"a"', { etag: '"a"' }, "part"),
  ifRange("another tag does not", '"b"', { etag: '"a"' }, "whole"),
  ifRange("a weak tag never holds, even the stored one", 'W/"a"', { etag: 'W/"a"' }, "whole"),
  ifRange(
    "the stored date holds where it is strong",
    sinceNoon(-3_600),
    { "last-modified": sinceNoon(-3_600) },
    "part",
  ),
  ifRange(
    "a later date does not, since it has to be the very same",
    sinceNoon(-60),
    { "last-modified": sinceNoon(-3_600) },
    "whole",
  ),
  ifRange(
    "a date of the same second as the response is weak",
    sinceNoon(0),
    { "last-modified": sinceNoon(0) },
    "whole",
  ),
  ifRange(
    "a date with nothing stored to compare it with does not hold",
    sinceNoon(-3_600),
    { etag: '"a"' },
    "whole",
  ),
];
