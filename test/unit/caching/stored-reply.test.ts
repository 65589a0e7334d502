import { describe, expect, it } from "vitest";
import type { Stored, StoredResponseWithBody } from "../../../worker/caching/entry.ts";
import { fieldsOf, storedReply } from "../../../worker/caching/law/stored-reply.ts";
import { anAsked } from "../../support/asked.ts";
import { anEntry, bytesOf, type EntryOptions, NOW, textOf } from "./an-entry.ts";

const FIELDS = { etag: '"a"', "content-type": "text/plain", "content-length": "10" };

function answered(
  request: Record<string, string>,
  {
    method = "GET",
    fields = FIELDS as Record<string, string>,
    options = {} as EntryOptions,
    more = {} as Partial<Stored>,
    afterMs = 5_000,
  } = {},
) {
  const asked = anAsked("https://a.test/", { method, headers: request });
  const entry = anEntry(fields, options);
  const stored: StoredResponseWithBody = { body: bytesOf("abcdefghij"), ...more, entry };
  return storedReply(stored, { asked, now: NOW + afterMs, boundary: "B" });
}

const aStream = () => new Blob(["abcdefghij"]).stream();

describe("storedReply", () => {
  it("is the whole, with its age", () => {
    const reply = answered({});
    expect(reply).toMatchObject({ status: 200 });
    expect(textOf(reply?.body)).toBe("abcdefghij");
    expect(reply?.headers.get("age")).toBe("5");
  });
  it("is no body for a HEAD, and its length all the same", () => {
    const reply = answered({}, { method: "HEAD" });
    expect(reply?.body).toBeNull();
    expect(reply?.headers.get("content-length")).toBe("10");
  });
  it("is a 304 without the bytes' fields where the client's copy holds", () => {
    const reply = answered({ "if-none-match": '"a"' });
    expect(reply).toMatchObject({ status: 304, body: null });
    expect(reply?.headers.has("content-type")).toBe(false);
    expect(reply?.headers.get("etag")).toBe('"a"');
  });
  it("is a part", () => {
    const reply = answered({ range: "bytes=2-4" });
    expect(reply?.status).toBe(206);
    expect(textOf(reply?.body)).toBe("cde");
    expect(reply?.headers.get("content-range")).toBe("bytes 2-4/10");
  });
  it("is several parts in one body of its own length", () => {
    const reply = answered({ range: "bytes=0-1,8-9" });
    expect(reply?.headers.get("content-type")).toBe("multipart/byteranges; boundary=B");
    expect(reply?.headers.get("content-length")).toBe(String(textOf(reply?.body).length));
    expect(reply?.headers.has("content-range")).toBe(false);
  });
  it("is 416 where no part can be had, without the fields of what is not sent", () => {
    const reply = answered({ range: "bytes=10-" });
    expect(reply).toMatchObject({ status: 416, body: null });
    expect(reply?.headers.get("content-range")).toBe("bytes */10");
    expect(reply?.headers.has("etag")).toBe(false);
  });
  it("is nothing where a part is held and the whole is asked for", () => {
    const fields = { ...FIELDS, "content-range": "bytes 0-9/20" };
    const options = { status: 206 };
    expect(answered({}, { fields, options })).toBeUndefined();
    expect(answered({ range: "bytes=5-12" }, { fields, options })).toBeUndefined();
    expect(answered({ range: "bytes=5-9" }, { fields, options })?.status).toBe(206);
  });

  it("tells its age in whole seconds that have passed", () => {
    expect(answered({}, { afterMs: 5_999 })?.headers.get("age")).toBe("5");
  });

  describe("to a condition", () => {
    const NOON = "Tue, 24 Nov 2026 12:00:00 GMT";
    const cases: [what: string, request: Record<string, string>, status: number, of?: object][] = [
      ["with the client's tag", { "if-none-match": '"a"' }, 304],
      ["with another tag", { "if-none-match": '"b"' }, 200],
      ["with a date", { "if-modified-since": NOON }, 304],
      ["with no condition", {}, 200],
      [
        "with the tag beside a range, of which no byte is needed",
        { "if-none-match": '"a"', range: "bytes=0-1" },
        304,
      ],
      ["with the tag, of an error", { "if-none-match": '"a"' }, 404, { options: { status: 404 } }],
    ];
    for (const [what, request, status, of] of cases) {
      it(`${what}: ${status}`, () => expect(answered(request, of)?.status).toBe(status));
    }
    it("a 304 leaves out each field that describes content, and keeps the others (RFC 9110 §15.4.5)", () => {
      const described = {
        "content-encoding": "gzip",
        "content-language": "de",
        "content-length": "10",
        "content-range": "bytes 0-9/10",
        "content-type": "text/plain",
      };
      const reply = answered(
        { "if-none-match": '"a"' },
        { fields: { ...described, etag: '"a"', vary: "x" } },
      );
      expect([...(reply?.headers.keys() ?? [])]).toEqual(["age", "date", "etag", "vary"]);
    });
  });

  describe("to a range", () => {
    const RANGE = { range: "bytes=2-4" };
    const SEVERAL = { range: "bytes=0-1,8-9" };
    const part = { ...FIELDS, "content-length": "5", "content-range": "bytes 5-9/20" };
    const undeclared = { etag: '"a"' };
    const cases: [what: string, request: Record<string, string>, status: number | undefined, of?: object][] =
      [
        ["by GET", RANGE, 206],
        ["by HEAD, to which Range does not apply (RFC 9110 §14.2)", RANGE, 200, { method: "HEAD" }],
        ["by QUERY", RANGE, 200, { method: "QUERY" }],
        ["of an error", RANGE, 404, { options: { status: 404 } }],
        ["of the version that the client has", { ...RANGE, "if-range": '"a"' }, 206],
        ["of another version than the client has", { ...RANGE, "if-range": '"b"' }, 200],
        ["in a unit that nobody knows", { range: "lines=2-4" }, 200],
        ["of a stream", RANGE, 206, { more: { body: aStream() } }],
        ["of a stream of unknown length", RANGE, 200, { more: { body: aStream() }, fields: undeclared }],
        [
          "of a stream whose length the store knows",
          RANGE,
          206,
          { more: { body: aStream(), apart: { at: "x", bytes: 10, until: 0 } }, fields: undeclared },
        ],
        ["several, of a stream: the whole", SEVERAL, 200, { more: { body: aStream() } }],
        ["several, of bytes", SEVERAL, 206],
        ["beyond the end, of a stream", { range: "bytes=10-" }, 416, { more: { body: aStream() } }],
        ["of a part that holds it", { range: "bytes=5-6" }, 206, { fields: part, options: { status: 206 } }],
        [
          "of a part that does not",
          { range: "bytes=4-6" },
          undefined,
          { fields: part, options: { status: 206 } },
        ],
        [
          "beyond the end, of a part",
          { range: "bytes=20-" },
          416,
          { fields: part, options: { status: 206 } },
        ],
      ];
    for (const [what, request, status, of] of cases) {
      it(`${what}: ${status}`, () => expect(answered(request, of)?.status).toBe(status));
    }

    it("one part has its own length, and so has the reply", () => {
      const reply = answered(RANGE);
      expect(reply?.headers.get("content-length")).toBe("3");
      expect(reply?.bodyLength).toBe(3);
    });
    it("a part of a part stands where it stands in the whole", () => {
      const reply = answered(
        { range: "bytes=6-7" },
        { fields: part, options: { status: 206 }, more: { body: bytesOf("fghij") } },
      );
      expect(reply?.headers.get("content-range")).toBe("bytes 6-7/20");
      expect(textOf(reply?.body)).toBe("gh");
    });
    it("several parts are a 206 with their bytes, and without the range of the whole that was held", () => {
      const held = { ...FIELDS, "content-range": "bytes 0-9/20" };
      const reply = answered(SEVERAL, { fields: held, options: { status: 206 } });
      expect(reply?.status).toBe(206);
      expect(reply?.headers.has("content-range")).toBe(false);
      expect(textOf(reply?.body)).toContain("Content-Range: bytes 0-1/20\r\n\r\nab\r\n");
      expect(textOf(reply?.body)).toContain("Content-Type: text/plain\r\n");
    });
    it("a 416 tells the length that the store counted before the one that the origin declared", () => {
      const declared = { ...FIELDS, "content-length": "99" };
      expect(answered({ range: "bytes=10-" }, { fields: declared })?.headers.get("content-range")).toBe(
        "bytes */10",
      );
      const apart = { body: aStream(), apart: { at: "x", bytes: 12, until: 0 } };
      expect(
        answered({ range: "bytes=12-" }, { fields: declared, more: apart })?.headers.get("content-range"),
      ).toBe("bytes */12");
    });
    it("a 416 for a part tells the length of the whole", () => {
      const reply = answered({ range: "bytes=20-" }, { fields: part, options: { status: 206 } });
      expect(reply?.headers.get("content-range")).toBe("bytes */20");
    });
    it("a 416 leaves out what describes the content that is not sent", () => {
      const described = {
        "content-encoding": "gzip",
        "content-type": "text/plain",
        etag: '"a"',
        "last-modified": "then",
        vary: "x",
      };
      const reply = answered({ range: "bytes=10-" }, { fields: described });
      expect([...(reply?.headers.keys() ?? [])]).toEqual(["age", "content-range", "date", "vary"]);
    });
  });

  describe("with what the store has prepared", () => {
    const prepared = {
      fields: new Headers({ "x-prepared": "1" }),
      reply: () => ({ headers: new Headers({ "x-prepared": "1" }), original: "ready" }),
    };
    it("sends the whole as it is, with its age", () => {
      const reply = answered({}, { more: { prepared } });
      expect(reply?.original).toBe("ready");
      expect(Object.fromEntries(reply?.headers ?? [])).toEqual({ age: "5", "x-prepared": "1" });
    });
    it("sends a HEAD and a 204 without a body, and so not what holds one", () => {
      for (const over of [{ method: "HEAD" }, { options: { status: 204 } }]) {
        const reply = answered({}, { ...over, more: { prepared } });
        expect(reply).toMatchObject({ body: null });
        expect(reply?.original).toBeUndefined();
      }
    });
    it("copies the fields, and leaves them as they are", () => {
      const fields = fieldsOf({ entry: anEntry(FIELDS), prepared }, NOW);
      expect(Object.fromEntries(fields)).toEqual({ age: "0", "x-prepared": "1" });
      expect(prepared.fields.has("age")).toBe(false);
    });
  });
});
