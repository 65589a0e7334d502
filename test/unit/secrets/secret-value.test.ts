import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SecretUse, secretAs } from "../../../shared/secrets/secret-value.ts";

const USES: readonly SecretUse[] = ["key", "field", "parameter", "url"];

describe("the value of a secret", () => {
  it.each(USES)("is used as a %s as it stands, if it is plain", (use) => {
    expect(secretAs("sk_live_4eC39Hq", use)).toEqual({ ok: true, value: "sk_live_4eC39Hq" });
  });

  // As Caddy's `{file.*}`: a secret in a file usually ends with a line break (caddyserver/caddy, replacer_test.go, "file").
  it.each(["abc\n", "abc\r\n"])("%j loses the line break at its end", (given) => {
    for (const use of USES) expect(secretAs(given, use)).toEqual({ ok: true, value: "abc" });
  });

  it.each<[value: string, use: SecretUse, because: string]>([
    ["", "key", "is empty"],
    ["\n", "key", "is empty"],
    ["a".repeat(8_193), "key", "is longer than 8192 characters"],
    ["a\ufffdb", "key", "is not UTF-8"],
    ["a\ud800b", "key", "is not UTF-8"],
    ["a\nb", "field", "has a line break or another character that no header field may hold"],
    ["a\n\n", "field", "has a line break or another character that no header field may hold"],
    ["a\r\nx-admin: 1", "field", "has a line break or another character that no header field may hold"],
    ["a\0b", "field", "has a line break or another character that no header field may hold"],
    ["käse", "field", "has a line break or another character that no header field may hold"],
    ["abc ", "field", "begins or ends with a space"],
    ["\tabc", "field", "begins or ends with a space"],
    ["a b", "url", "has a character that no URL may hold"],
    ["a\nb", "url", "has a character that no URL may hold"],
  ])("%j is refused as a %s: it %s", (value, use, because) => {
    expect(secretAs(value, use)).toEqual({ ok: false, error: because });
  });

  it("may have line breaks as a key, and spaces within a field", () => {
    expect(secretAs("-----BEGIN\nx\n-----END\n", "key")).toEqual({
      ok: true,
      value: "-----BEGIN\nx\n-----END",
    });
    expect(secretAs("Bearer a,b;c", "field")).toEqual({ ok: true, value: "Bearer a,b;c" });
  });

  it("is percent-encoded as a parameter", () => {
    expect(secretAs("a&b=c d#é", "parameter")).toEqual({ ok: true, value: "a%26b%3Dc%20d%23%C3%A9" });
  });

  it("is a value that a header takes unchanged, or is refused, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string()), (given) => {
        const read = secretAs(given, "field");
        if (!read.ok) return;
        expect(new Headers({ "x-key": read.value }).get("x-key")).toBe(read.value);
        expect(given.startsWith(read.value)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("ends no parameter of a query, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (given) => {
        const read = secretAs(given, "parameter");
        if (!read.ok) return;
        const { searchParams } = new URL(`http://a.test/?key=${read.value}&b=1`);
        expect([...searchParams]).toEqual([
          ["key", given.replace(/\r?\n$/, "")],
          ["b", "1"],
        ]);
      }),
      { numRuns: 2_000 },
    );
  });
});
