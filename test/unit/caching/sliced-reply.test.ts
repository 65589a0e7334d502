import { describe, expect, it } from "vitest";
import { cutFromSlice, slicedReply, stretchWithin } from "../../../worker/caching/law/sliced-reply.ts";
import { ownReply } from "../../../worker/message.ts";
import { anAsked } from "../../support/asked.ts";
import { anEntry, bytesOf, NOW, textOf } from "./an-entry.ts";

type Fields = Record<string, string>;
const asking = (headers: Fields, method = "GET") => anAsked("https://a.test/", { method, headers });

describe("a range within one slice", () => {
  const slice = { first: 100, length: 100, complete: 250 };
  const cases: [what: string, headers: Fields, stretch: object | undefined][] = [
    ["is at its place in the slice", { range: "bytes=110-119" }, { offset: 10, first: 110, length: 10 }],
    ["may be the whole slice", { range: "bytes=100-199" }, { offset: 0, first: 100, length: 100 }],
    ["is not one that goes on beyond it", { range: "bytes=190-200" }, undefined],
    ["is not one that begins before it", { range: "bytes=99-110" }, undefined],
    ["is not several", { range: "bytes=110-119,130-139" }, undefined],
    ["is not one beyond the end", { range: "bytes=250-" }, undefined],
    ["is not the whole file", {}, undefined],
    ["is not of a version that was not compared", { range: "bytes=110-119", "if-range": '"a"' }, undefined],
    [
      "is not under a tag that was not compared",
      { range: "bytes=110-119", "if-none-match": '"a"' },
      undefined,
    ],
    [
      "is not under a date that was not compared",
      { range: "bytes=110-119", "if-modified-since": "x" },
      undefined,
    ],
  ];
  for (const [what, headers, stretch] of cases) {
    it(what, () => expect(stretchWithin(slice, asking(headers))).toEqual(stretch));
  }

  it("is cut from the reply, with the range and the length of what is left", () => {
    const headers = new Headers({ "content-range": "bytes 0-9/25", "content-length": "10", etag: '"a"' });
    const whole = ownReply(206, headers, bytesOf("abcdefghij"));
    const reply = cutFromSlice(whole, { offset: 2, first: 2, length: 3 }, 25);
    expect(textOf(reply.body)).toBe("cde");
    expect(reply).toMatchObject({ status: 206, bodyLength: 3 });
    expect(Object.fromEntries(reply.headers)).toEqual({
      "content-length": "3",
      "content-range": "bytes 2-4/25",
      etag: '"a"',
    });
    expect(headers.get("content-length")).toBe("10");
  });
});

describe("the reply for a file in slices", () => {
  const manifest = {
    ...anEntry({ etag: '"a"', "content-length": "250" }),
    part: { first: 0, length: 0, complete: 250 },
  };
  const whole = { status: 200, first: 0, length: 250, range: null };
  const part = { status: 206, first: 110, length: 10, range: "bytes 110-119/250" };
  const RANGE = { range: "bytes=110-119" };
  const cases: [what: string, headers: Fields, expected: object, method?: string][] = [
    ["is the whole where no range is asked for", {}, whole],
    ["is the range that is asked for", RANGE, part],
    ["is the range of the version that the client has", { ...RANGE, "if-range": '"a"' }, part],
    ["is the whole where the client has another version", { ...RANGE, "if-range": '"b"' }, whole],
    ["is the whole for a HEAD, to which Range does not apply", RANGE, whole, "HEAD"],
    ["is the whole for a unit that nobody knows", { range: "lines=1-2" }, whole],
    [
      "is its end",
      { range: "bytes=-10" },
      { status: 206, first: 240, length: 10, range: "bytes 240-249/250" },
    ],
  ];
  for (const [what, headers, expected, method] of cases) {
    it(what, () => {
      const answering = { asked: asking(headers, method), now: NOW + 5_000, boundary: "B" };
      const { reply, stretch } = slicedReply(manifest, 250, answering);
      const { status, bodyLength } = reply;
      const range = reply.headers.get("content-range");
      expect({ status, first: stretch.first, length: stretch.length, range }).toEqual(expected);
      expect(stretch.offset).toBe(stretch.first);
      expect(bodyLength).toBe(stretch.length);
      expect(reply.headers.get("content-length")).toBe(String(stretch.length));
      expect(reply.headers.get("age")).toBe("5");
      expect(reply.body).toBeNull();
    });
  }
});
