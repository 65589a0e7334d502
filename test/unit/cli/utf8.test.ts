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

  const message = "the file has bytes here that are not UTF-8; save it as UTF-8";
  const broken: [what: string, file: Uint8Array, line: number, column: number][] = [
    ["a letter of Latin-1", bytes("a: b\nc: caf", 0xe9, "\n"), 2, 7],
    ["half a character at the end", bytes("# ü", 0xe6, 0x97), 1, 4],
    ["after characters that stand for broken ones", bytes("# \ufffdü\ufffd", 0xff), 1, 6],
    ["an overlong slash", bytes("\n\n", 0xc0, 0xaf), 3, 1],
    ["half of a pair of UTF-16", bytes(0xed, 0xa0, 0x80), 1, 1],
  ];
  it.each(broken)("are none, and are told with their place: %s", (_what, file, line, column) => {
    expect(decodeUtf8(file)).toEqual({ ok: false, error: { line, column, message } });
  });

  it("are UTF-16 in many an editor, which is told by its name", () => {
    const { error } = decodeUtf8(bytes(0xff, 0xfe, "h", 0, "o", 0)) as { error: unknown };
    expect(error).toMatchObject({ message: "the file is UTF-16; save it as UTF-8" });
  });
});
