import { describe, expect, it } from "vitest";
import { keyedHash } from "../../../../worker/admission/limits/keyed-hash.ts";

const hex = (text: string, key: Uint32Array): string => {
  const into = new Uint32Array(2);
  keyedHash(text, key, into);
  return Buffer.from(into.buffer).toString("hex");
};

/** The bytes 0, 1, 2, … as the code units of a text, two bytes each. */
const counting = (bytes: number): string =>
  String.fromCharCode(...Array.from({ length: bytes / 2 }, (_, at) => at * 2 + ((at * 2 + 1) << 8)));

describe("a keyed hash", () => {
  // The vectors of the reference implementation (veorq/SipHash, vectors.h: vectors_hsip64), for the key 00 01 … 07.
  it.each([
    [0, "218d1f59b9b83cc8"],
    [2, "064f39ef7c50eb57"],
    [4, "d5e78a175be52ea1"],
    [6, "ce3e91358aa2bc25"],
    [8, "edfee820bce4858c"],
    [10, "95b0469f06a6f2ee"],
    [12, "7bc71f9faef5c799"],
    [20, "1bf52b0a6feea7db"],
    [30, "291aaf864898179d"],
  ])("of %i bytes is that of HalfSipHash-2-4", (bytes, expected) => {
    expect(hex(counting(bytes), new Uint32Array([0x03020100, 0x07060504]))).toBe(expected);
  });

  it("is another one under another key", () => {
    expect(hex("192.0.2.1", new Uint32Array([1, 2]))).not.toBe(hex("192.0.2.1", new Uint32Array([1, 3])));
  });

  it("tells texts apart that differ in one character, in their length or in their order", () => {
    const key = new Uint32Array([7, 9]);
    const texts = [
      "",
      "\0",
      "\0\0",
      "a",
      "b",
      "ab",
      "ba",
      "aé",
      "a\u{1f600}",
      "a".repeat(127),
      "a".repeat(128),
    ];
    expect(new Set(texts.map((text) => hex(text, key))).size).toBe(texts.length);
  });
});
