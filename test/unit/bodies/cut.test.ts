import { describe, expect, it } from "vitest";
import { cutStretch, joinBytes, multipartBody } from "../../../worker/bodies/cut.ts";
import { bytesOf, textOf } from "../caching/an-entry.ts";

const stretch = (offset: number, length: number) => ({ offset, length, first: offset });

/** In chunks of this size. */
function streamOf(text: string, size: number): ReadableStream<Uint8Array> {
  const chunks = text.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytesOf(chunk));
      controller.close();
    },
  });
}

describe("cutStretch", () => {
  it("cuts bytes at hand", () =>
    expect(textOf(cutStretch(bytesOf("abcdefghij"), stretch(2, 3)))).toBe("cde"));
  for (const size of [1, 2, 3, 7, 10]) {
    it(`cuts a stream of chunks of ${size}`, async () => {
      for (const [offset, length] of [
        [0, 3],
        [2, 3],
        [7, 3],
        [0, 10],
        [9, 1],
      ] as const) {
        const cut = cutStretch(streamOf("abcdefghij", size), stretch(offset, length));
        expect(await new Response(cut as ReadableStream).text()).toBe(
          "abcdefghij".slice(offset, offset + length),
        );
      }
    });
  }
  it("does not wait for what comes after the stretch, and has no empty chunk", async () => {
    const breaks = new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = pieces.shift();
        if (next === undefined) controller.error(new Error("cut"));
        else controller.enqueue(bytesOf(next));
      },
    });
    const pieces = ["ab", "cd", "ef", "gh", "ij"];
    const cut = cutStretch(breaks, stretch(4, 3)) as ReadableStream<Uint8Array>;
    const read: string[] = [];
    for await (const chunk of cut) read.push(textOf(chunk));
    expect(read).toEqual(["ef", "g"]);
  });

  it("leaves a text whole: the edge made it, and it is of no origin", () =>
    expect(cutStretch("abcdefghij", stretch(2, 3))).toBe("abcdefghij"));
  it("makes nothing of nothing", () => expect(cutStretch(null, stretch(0, 1))).toBeNull());
});

describe("multipartBody", () => {
  const stretches = [stretch(0, 2), stretch(8, 2)];
  it("writes each part with its place and type", () => {
    const body = multipartBody(bytesOf("abcdefghij"), stretches, {
      boundary: "B",
      complete: 10,
      type: "text/plain",
    });
    expect(textOf(body)).toBe(
      [
        "",
        "--B",
        "Content-Type: text/plain",
        "Content-Range: bytes 0-1/10",
        "",
        "ab",
        "--B",
        "Content-Type: text/plain",
        "Content-Range: bytes 8-9/10",
        "",
        "ij",
        "--B--",
        "",
      ].join("\r\n"),
    );
  });
  it("leaves out a type that is not known", () => {
    const body = multipartBody(bytesOf("abcdefghij"), [stretch(0, 1)], {
      boundary: "B",
      complete: 10,
      type: null,
    });
    expect(textOf(body)).toBe("\r\n--B\r\nContent-Range: bytes 0-0/10\r\n\r\na\r\n--B--\r\n");
  });
});

it("joinBytes puts one after the other", () => {
  expect(textOf(joinBytes([bytesOf("a"), bytesOf(""), bytesOf("bc")]))).toBe("abc");
  expect(joinBytes([])).toHaveLength(0);
});
