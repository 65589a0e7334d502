import { describe, expect, it } from "vitest";
import { storedReply } from "../../../worker/caching/law/stored-reply.ts";
import { anAsked } from "../../support/asked.ts";
import { anEntry, bytesOf, type EntryOptions, NOW, textOf } from "./an-entry.ts";

const FIELDS = { etag: '"a"', "content-type": "text/plain", "content-length": "10" };

function answered(
  request: Record<string, string>,
  { method = "GET", fields = FIELDS, options = {} as EntryOptions } = {},
) {
  const asked = anAsked("https://a.test/", { method, headers: request });
  const stored = { entry: anEntry(fields, options), body: bytesOf("abcdefghij") };
  return storedReply(stored, { asked, now: NOW + 5_000, boundary: "B" });
}

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
});
