import { describe, expect, it } from "vitest";
import { decodeUtf8 } from "../../../cli/utf8.ts";

const bytes = (...parts: (string | number)[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === "number" ? [part] : [...Buffer.from(part)])));

describe("the bytes of a site file", () => {
  const asTheyAre: [what: string, text: string][] = [
    ["plain text", "hosts: [a.test]\n"],
    ["letters beyond ASCII", "# Grüße, 日本 🎉\n"],
    ["a character that stands for a broken one", "# \ufffd\n"],
    ["nothing", ""],
    ["a mark at the beginning", "\ufeffhosts: [a.test]\n"],
  ];
  it.each(asTheyAre)("are text: %s", (_what, text) => {
    expect(decodeUtf8(bytes(text))).toEqual({ ok: true, value: text });
  });

  const not = (byte: string) => `the file is not UTF-8: it has the byte ${byte}; save it as UTF-8`;
  const broken: [what: string, file: Uint8Array, line: number, column: number, message: string][] = [
    ["a letter of Latin-1", bytes("a: b\nc: caf", 0xe9, "\n"), 2, 7, not("0xE9 here, which is é in Latin-1")],
    ["a quote of Windows", bytes("a: ", 0x93, "b"), 1, 4, not("0x93 here, which is “ in Windows-1252")],
    ["a byte that is no letter anywhere", bytes("a: ", 0x81, "b"), 1, 4, not("0x81 here")],
    [
      "half a character at the end",
      bytes("# ü", 0xe6, 0x97),
      1,
      4,
      "the file ends within a character; it was cut off, or is not UTF-8",
    ],
    [
      "after characters that stand for broken ones",
      bytes("# \ufffdü\ufffd", 0xff),
      1,
      6,
      not("0xFF here, which is ÿ in Latin-1"),
    ],
    ["an overlong slash", bytes("\n\n", 0xc0, 0xaf), 3, 1, not("0xC0 here, which is À in Latin-1")],
    ["half of a pair of UTF-16", bytes(0xed, 0xa0, 0x80), 1, 1, not("0xED here, which is í in Latin-1")],
    [
      "an archive",
      bytes("PK", 3, 4, 20, 0, 0, 0, 8, 0, 0xb5, 0x8c, 0, 1, 2),
      1,
      11,
      "the file is not a text: it has binary data here",
    ],
  ];
  it.each(broken)("are none, and are told with their place: %s", (_what, file, line, column, message) => {
    expect(decodeUtf8(file)).toEqual({ ok: false, error: { line, column, message } });
  });

  it.each([
    ["with its mark", bytes(0xff, 0xfe, "h", 0, "o", 0)],
    ["without one", bytes("h", 0, "o", 0, "s", 0, "t", 0, 0xe9, 0)],
    ["the other way round", bytes(0, "h", 0, "o", 0, "s", 0, "t", 0, 0xe9)],
  ])("are UTF-16 in many an editor, which is told by its name: %s", (_what, file) => {
    const { error } = decodeUtf8(file) as { error: unknown };
    expect(error).toMatchObject({ message: "the file is UTF-16; save it as UTF-8" });
  });
});
