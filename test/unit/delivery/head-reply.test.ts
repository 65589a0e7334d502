import { describe, expect, it } from "vitest";
import { headReply } from "../../../worker/delivery/deliver.ts";
import { type Body, ownReply, type Reply } from "../../../worker/message.ts";

const lengthOf = (body: Body, more: Partial<Reply> = {}, fields: Record<string, string> = {}) => {
  const reply = headReply({ ...ownReply(200, new Headers(fields), body), ...more });
  expect(reply.body).toBeNull();
  return reply.headers.get("content-length");
};

describe("the reply to HEAD", () => {
  it("has the length of the content in bytes", () => {
    expect(lengthOf("grün")).toBe("5");
    expect(lengthOf(new Uint8Array(7))).toBe("7");
    expect(lengthOf(new ReadableStream(), { bodyLength: 9 })).toBe("9");
  });

  it("has none where nobody knows it", () => {
    expect(lengthOf(new ReadableStream())).toBeNull();
    expect(lengthOf(null)).toBeNull();
  });

  it("keeps the length that it has", () => {
    expect(lengthOf("abc", {}, { "content-length": "1000" })).toBe("1000");
  });

  it("lets go of a stream that nobody reads", () => {
    let cancelled = false;
    const unread = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    lengthOf(unread);
    expect(cancelled).toBe(true);
  });

  it("has nothing left to be done to a body", () => {
    const reply = headReply({
      ...ownReply(200, new Headers(), "abc"),
      transforms: [{ name: "edit", texts: [], html: null, contentType: "text/html" }],
      bodyLength: 3,
    });
    expect(reply).not.toHaveProperty("transforms");
    expect(reply).not.toHaveProperty("bodyLength");
  });
});
