import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cookiePairs, cookieValues, inOneLine, sendInOneLine } from "../../../worker/routing/cookies.ts";

const cases: [field: string | null, pairs: [name: string, value: string][]][] = [
  [null, []],
  ["", []],
  ["a=1", [["a", "1"]]],
  [
    "a=1;b=2 ;  c = 3",
    [
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ],
  ],
  [
    "a=1; a=2",
    [
      ["a", "1"],
      ["a", "2"],
    ],
  ],
  ["a=b=c", [["a", "b=c"]]],
  ["a", [["a", ""]]],
  ["=a", [["", "a"]]],
  [
    'a="x y"; b={"c":"d\\"}',
    [
      ["a", '"x y"'],
      ["b", '{"c":"d\\"}'],
    ],
  ],
  [";;a=1;", [["a", "1"]]],
];
for (const [field, pairs] of cases) {
  it(`reads ${JSON.stringify(field)}`, () =>
    expect(cookiePairs(field).map(({ name, value }) => [name, value])).toEqual(pairs));
}

const written = (field: string) => cookiePairs(field).map(({ name, value }) => `${name}=${value}`);

describe("where origins differ, every reading is given, that of RFC 6265 first", () => {
  it.each([
    ["a=1, b=2", ["a=1, b=2", "a=1", "b=2", "a=1,"]],
    ["a=1,b=2; c=3", ["a=1,b=2", "c=3", "a=1", "b=2"]],
    ["b=1; a=2,3, c=4,5", ["b=1", "a=2,3, c=4,5", "a=2", "3=", "c=4", "5=", "a=2,3,", "c=4,5", "a=2,3"]],
    ["a=1 b=2", ["a=1 b=2", "a=1", "b=2"]],
    ["a=1 b=2,c=3", ["a=1 b=2,c=3", "a=1 b=2", "c=3", "a=1", "b=2,c=3", "b=2"]],
    ["a b=", ["a b=", "b=", "a_b="]],
    ['","', ['","=', '"=']],
    ['a=""; b=2"', ['a=""', 'b=2"']],
    ['a="1; b=2"; c=3', ['a="1', 'b=2"', "c=3", 'a="1; b=2"']],
    ['a="1\\"; b=2"', ['a="1\\"', 'b=2"', 'a="1\\"; b=2"']],
    ['a="1; b=2', ['a="1', "b=2"]],
    ["%61=1; b.c=2; d[e]=3", ["%61=1", "b.c=2", "d[e]=3", "a=1", "b_c=2", "d=3"]],
    ["d[=1; e[f][g]=2; h.i[j.k]=3", ["d[=1", "e[f][g]=2", "h.i[j.k]=3", "d_=1", "e=2", "h_i=3"]],
    ["d%5Be%5D=1; f%00g=2; h%E9.i=3", ["d%5Be%5D=1", "f%00g=2", "h%E9.i=3", "d=1", "f=2", "h%E9_i=3"]],
    ["a.b.c=1; a+b=2; ..=3", ["a.b.c=1", "a+b=2", "..=3", "a_b_c=1", "a_b=2", "__=3"]],
  ])("%s", (field, pairs) => expect(written(field)).toEqual(pairs));
});

it.each([
  ["role=admin", ["admin"]],
  ['role="admin"', ['"admin"', "admin"]],
  ["role=%61dmin%E9", ["%61dmin%E9", "admin%E9"]],
  ["role=%4Aim%4a", ["%4Aim%4a", "JimJ"]],
  // What is not UTF-8 hides nothing that stands beside it.
  ["role=%E9%4A%61%4a", ["%E9%4A%61%4a", "%E9JaJ"]],
  ['role=""', ['""', ""]],
  ['role="a"b', ['"a"b']],
  ['role=a"b"', ['a"b"']],
  ["role=the+admin", ["the+admin", "the admin"]],
  ['role="\\141dm\\in"', ['"\\141dm\\in"', "\\141dm\\in", "admin"]],
])("the values of role in %s", (field, values) => expect(cookieValues(field, "role")).toEqual(values));

describe("a Cookie field in one line (RFC 6265 §5.4)", () => {
  it.each([
    ["a=1, b=2", "a=1; b=2"],
    ["a=1;, b=2", "a=1; b=2"],
    ["a=1; b=2, c=3", "a=1; b=2; c=3"],
    ["a=1, , b=2", "a=1; b=2"],
    [", a=1", "a=1"],
    [', a="1", , b=2', 'a="1"; b=2'],
    ["a=1, ", "a=1"],
    ["a[x]=1, b[y]=2", "a[x]=1; b[y]=2"],
    // No other comma is a join.
    ["a=1,b=2", "a=1,b=2"],
    ["a=1, 2", "a=1, 2"],
    ["a=1, =2", "a=1, =2"],
    ["a=1, b c=2", "a=1, b c=2"],
    ['a="1, b=2"; c=3', 'a="1, b=2"; c=3'],
    ['a="1\\", b=2"; c=3', 'a="1\\", b=2"; c=3'],
    ['a=""; b="1, c=2"', 'a=""; b="1, c=2"'],
    // What cannot be decoded stays, since rewriting would change its bytes.
    ["a=\uFFFD, b=2", "a=\uFFFD, b=2"],
    ["a=1", "a=1"],
    ["", ""],
  ])("%j is sent as %j", (field, line) => {
    expect(inOneLine(field)).toBe(line);
  });

  it.each([
    [null, []],
    ["a=1", []],
    ["a=\uFFFD, b=2", []], // writing it back would replace its bytes by those of U+FFFD
    ["a=1, b=2", ["a=1; b=2"]],
  ])("%j is written anew only where it changes: %j", (field, written) => {
    const writes: string[] = [];
    const headers = { get: () => field, set: (_name: string, value: string) => void writes.push(value) };
    sendInOneLine(headers as unknown as Headers);
    expect(writes).toEqual(written);
  });
});

/** How origins take a Cookie field apart, in their own words. */
const PARSERS: Record<string, (field: string) => string[]> = {
  "RFC 6265": (field) => field.split(";"),
  "CGI.pm, Rack 1": (field) => field.split(/[;,] */),
  "Python's http.cookies": (field) => {
    const pair = /\s*([^\s;"\\[\]]+?\s*(?:=\s*(?:"(?:[^\\"]|\\.)*"|[^\s;"\\]*))?)\s*(?:\s+|;|$)/y;
    const pairs: string[] = [];
    for (let at = 0; at < field.length; at = pair.lastIndex) {
      const found = pair.exec(field)?.[1];
      if (found === undefined) break; // it reads no further
      if (found.includes("=")) pairs.push(found);
    }
    return pairs;
  },
  "RFC 2965": (field) => field.match(/(?:"(?:[^\\"]|\\.)*"|[^;,])+/g) ?? [],
};

const cookieText = fc.string({
  unit: fc.constantFrom(..."ab= ;,\"\\\t{}[].%'", "session=x", "; ", ", ", "a=1"),
  maxLength: 12,
});

describe("of any lines, joined as the runtime does it", () => {
  const lines = fc.array(cookieText, { minLength: 1, maxLength: 4 });

  for (const [name, parse] of Object.entries(PARSERS)) {
    it(`${name} reads no session that is not given, neither before nor after they are put in one line`, () => {
      fc.assert(
        fc.property(lines, (all) => {
          const headers = new Headers({ cookie: all.map((line) => line.trim()).join(", ") });
          const field = headers.get("cookie") ?? "";
          sendInOneLine(headers);
          const given = cookieValues(field, "session");
          for (const seen of [field, headers.get("cookie") ?? ""]) {
            for (const pair of parse(seen)) {
              const [cookie = "", ...value] = pair.split("=");
              if (cookie.trim() === "session") expect(given).toContain(value.join("=").trim());
            }
          }
        }),
        { numRuns: 2_000 },
      );
    });
  }

  it("each of its own is a cookie of its own", () => {
    const pair = fc.stringMatching(/^[a-z]{1,4}=[a-z0-9,]{0,4}$/);
    const line = fc.array(pair, { minLength: 1, maxLength: 3 }).map((pairs) => pairs.join("; "));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (all) => {
        const headers = new Headers({ cookie: all.join(", ") });
        sendInOneLine(headers);
        expect(headers.get("cookie")).toBe(all.join("; "));
      }),
    );
  });

  it("a long one takes no longer for its shape", () => {
    for (const unit of [", ", ',"', '"\\', "; a", "a ", "=,", "[.", "%61"]) {
      const field = `a=1${unit.repeat(64_000)}`;
      const headers = new Headers({ cookie: field });
      const before = performance.now();
      cookieValues(field, "a");
      sendInOneLine(headers);
      expect(performance.now() - before).toBeLessThan(2_000);
    }
  });
});
