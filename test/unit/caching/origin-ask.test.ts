import { describe, expect, it } from "vitest";
import type { ResponseEntry } from "../../../worker/caching/entry.ts";
import { askFor, sentOtherwise, unconditional, withRange } from "../../../worker/caching/law/origin-ask.ts";
import { anAsked } from "../../support/asked.ts";
import { anEntry, NOW } from "./an-entry.ts";

type Fields = Record<string, string>;

function sent(request: Fields, held: ResponseEntry | undefined, method = "GET") {
  const asked = anAsked("https://a.test/x", { method, headers: request });
  const { kind, ask } = askFor(
    {
      method,
      target: "/x",
      headers: new Headers(request),
      authority: "shop.test",
      receivedBytes: 0,
      otherUrls: [],
    },
    asked,
    held,
    NOW + 1_000,
  );
  return { kind, headers: Object.fromEntries(ask.headers), otherwise: sentOtherwise(ask, asked) };
}

const part = (fields: Fields) =>
  anEntry({ "content-range": "bytes 0-4/10", "cache-control": "max-age=10", ...fields }, { status: 206 });

/** The manifest of a file in slices, on a route that keeps no slices any more. */
const nothingOf = (fields: Fields): ResponseEntry => ({
  ...anEntry({ "cache-control": "max-age=10", ...fields }),
  part: { first: 0, length: 0, complete: 10 },
});

describe("askFor", () => {
  const mine = {
    "if-none-match": '"mine"',
    "if-modified-since": "then",
    range: "bytes=0-1",
    "if-range": '"mine"',
  };
  const cases: [name: string, request: Fields, held: ResponseEntry | undefined, sent: object][] = [
    [
      "nothing held: as the client asked",
      mine,
      undefined,
      { kind: "plain", headers: mine, otherwise: false },
    ],
    [
      "held with a validator: ours in place of the client's",
      mine,
      anEntry({ etag: '"a"' }),
      { kind: "validate", headers: { "if-none-match": '"a"' }, otherwise: true },
    ],
    [
      "held without one: as the client asked",
      mine,
      anEntry(),
      { kind: "plain", headers: mine, otherwise: false },
    ],
    [
      "a beginning held, the whole asked for: the rest",
      {},
      part({ etag: '"a"' }),
      { kind: "complete", headers: { range: "bytes=5-", "if-range": '"a"' }, otherwise: true },
    ],
    [
      "a beginning with a weak validator: the whole, since nothing could be joined",
      {},
      part({ etag: 'W/"a"' }),
      { kind: "plain", headers: {}, otherwise: false },
    ],
    [
      "a beginning without a validator: the rest",
      {},
      part({}),
      { kind: "complete", headers: { range: "bytes=5-" }, otherwise: true },
    ],
    [
      "a beginning whose freshness ends just now: as the client asked",
      {},
      part({ etag: '"a"', "cache-control": "max-age=1" }),
      { kind: "plain", headers: {}, otherwise: false },
    ],
    [
      "a beginning of no byte: the whole",
      {},
      nothingOf({ etag: '"a"' }),
      { kind: "plain", headers: {}, otherwise: false },
    ],
    [
      "a stale beginning: as the client asked",
      {},
      part({ "cache-control": "max-age=0" }),
      { kind: "plain", headers: {}, otherwise: false },
    ],
    [
      "a middle: as the client asked",
      {},
      part({ "content-range": "bytes 2-6/10" }),
      { kind: "plain", headers: {}, otherwise: false },
    ],
    [
      "a part held, a part asked for: as the client asked",
      { range: "bytes=6-7" },
      part({ etag: '"a"' }),
      { kind: "plain", headers: { range: "bytes=6-7" }, otherwise: false },
    ],
    [
      "a GET's body: its fields are left out",
      { "content-length": "3", "content-type": "a/b", x: "1" },
      undefined,
      { kind: "plain", headers: { x: "1" }, otherwise: false },
    ],
    [
      "a GET's body, where a response is held: its fields are left out too",
      { "content-length": "3", "content-type": "a/b", x: "1" },
      anEntry({ etag: '"a"' }),
      { kind: "validate", headers: { x: "1", "if-none-match": '"a"' }, otherwise: true },
    ],
    [
      "a Content-Type without a body stays: some origins ask for it",
      { "content-type": "a/b" },
      undefined,
      { kind: "plain", headers: { "content-type": "a/b" }, otherwise: false },
    ],
  ];
  for (const [name, request, held, expected] of cases)
    it(name, () => expect(sent(request, held)).toEqual(expected));

  const body = { "content-length": "3", "content-type": "a/b" };
  const methods: [method: string, headers: Fields][] = [
    ["HEAD", {}],
    ["QUERY", body], // its body is the question (RFC 10008)
    ["POST", body],
  ];
  for (const [method, headers] of methods) {
    it(`the body of a ${method}: its fields ${headers === body ? "stay" : "are left out"}`, () =>
      expect(sent(body, undefined, method)).toEqual({ kind: "plain", headers, otherwise: false }));
  }

  it("a HEAD: as the client asked", () => {
    expect(sent({}, anEntry({ etag: '"a"' }), "HEAD")).toEqual({
      kind: "plain",
      headers: {},
      otherwise: false,
    });
  });
  it("a beginning whose tag cannot be read: the whole, since the tag equals nothing", () => {
    const { headers, ...entry } = part({});
    expect(sent({}, { ...entry, headers: [...headers, ["etag", '"v\uFFFD"']] })).toMatchObject({
      kind: "plain",
      otherwise: false,
    });
  });
});

it("unconditional asks for the whole", () => {
  const headers = new Headers({
    "if-none-match": '"a"',
    "if-modified-since": "then",
    range: "bytes=0-1",
    "if-range": '"a"',
    x: "1",
  });
  expect(
    Object.fromEntries(
      unconditional({
        method: "GET",
        target: "/",
        headers,
        authority: "shop.test",
        receivedBytes: 0,
        otherUrls: [],
      }).headers,
    ),
  ).toEqual({
    x: "1",
  });
});

it("a slice is asked for by GET, with conditions that the cache sets itself", () => {
  const headers = new Headers({ "if-none-match": '"mine"', range: "bytes=0-", x: "1" });
  const ask = withRange(
    { method: "HEAD", target: "/", headers, authority: "shop.test", receivedBytes: 0, otherUrls: [] },
    { first: 10, last: 19 },
    [["if-range", '"a"']],
  );
  expect({ ...ask, headers: Object.fromEntries(ask.headers) }).toEqual({
    method: "GET",
    target: "/",
    headers: { range: "bytes=10-19", "if-range": '"a"', x: "1" },
    authority: "shop.test",
    receivedBytes: 0,
    otherUrls: [],
  });
});
