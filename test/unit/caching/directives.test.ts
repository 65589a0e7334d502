import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fieldsNamedBy,
  gives,
  MAX_SECONDS,
  parseDirectives,
  secondsOf,
  tellsSeconds,
} from "../../../worker/caching/law/directives.ts";

describe("parseDirectives", () => {
  const cases: [field: string | null, directives: Record<string, string | true>][] = [
    [null, {}],
    ["", {}],
    ["no-store", { "no-store": true }],
    ["No-Store, MAX-AGE=5", { "no-store": true, "max-age": "5" }],
    ["max-age=5,public", { "max-age": "5", public: true }],
    ["  max-age=5  ,\tpublic ", { "max-age": "5", public: true }],
    [", ,max-age=5,,", { "max-age": "5" }],
    ['max-age="5"', { "max-age": "5" }],
    ['private="a, b"', { private: "a, b" }],
    ['x="a\\"b\\\\c", public', { x: 'a"b\\c', public: true }],
    ['x="no-store, max-age=9"', { x: "no-store, max-age=9" }],
    ['private="open, no-store', { private: true, "no-store": "" }],
    ['x="open\\"', {}],
    ['x="", public', { x: "", public: true }],
    ['x="a",', { x: "a" }],
    ["foo=, public", { public: true }],
    ["public, public", { public: true }],
    ["foo=a, foo=a", { foo: "a" }],
    ["foo=a, foo=b", { foo: "" }],
    ["max-age=05, max-age=5", { "max-age": "5" }],
    ['max-age=9, x="open, public', { "max-age": "", public: "" }],
    ['x="a, private="b", max-age=60', { private: true, "max-age": "" }],
    ['x="a"b, max-age=60', { "max-age": "" }],
    ['max-age=60, "no-store"', { "max-age": "", "no-store": "" }],
    ["max-age=1, max-age=2", { "max-age": "1" }],
    ["max-age=20, max-age=3", { "max-age": "3" }],
    ["s-maxage=9, s-maxage", { "s-maxage": "" }],
    ['private="a", private="b"', { private: "a,b" }],
    ['private="a", private', { private: true }],
    ['private="a", private=""', { private: true }],
    ['private="a"b', { private: true }],
    ["max-age=60, max-age=abc", { "max-age": "" }],
    ["max-age=abc, max-age=60", { "max-age": "" }],
    ["public, public=bad", { public: "" }],
    ["no-store; max-age=60", { "no-store": "", "max-age": "" }],
    ["max-age=60; private", { "max-age": "", private: true }],
    ["max-age=60 no-store", { "max-age": "", "no-store": "" }],
    ["max-age=60; must-revalidate", { "max-age": "", "must-revalidate": "" }],
    ["max-age=60:no-store/private", { "max-age": "", "no-store": "", private: true }],
    ["'no-store', public", { "no-store": "", public: true }],
    ["private='x-user'", { private: true }],
    ["private x-user", { private: true }],
    ['no-cache ="x"', { "no-cache": true }],
    ["public foo", { public: "" }],
    ["x-private, no-stores", { "x-private": true, "no-stores": true }],
    ["foo=no-store", { foo: "no-store" }],
    ['no-cache, no-cache="a"', { "no-cache": true }],
    ["max-age=", { "max-age": "" }],
    ["max-age = 5", { "max-age": "" }],
    ["=5, public", { public: true }],
    ["max-age=5 6, public", { "max-age": "", public: true }],
    ["toString, __proto__=1", { tostring: true, ["__proto__"]: "1" }],
  ];
  for (const [field, directives] of cases) {
    it(`reads ${JSON.stringify(field)}`, () => {
      expect([...parseDirectives(field)]).toEqual(Object.entries(directives));
    });
  }

  it("takes no longer for a hostile field than its length", () => {
    const hostile = `x="${"\\".repeat(50_000)}${",".repeat(50_000)}${'="'.repeat(20_000)}`;
    const startedAt = performance.now();
    parseDirectives(hostile);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe("fieldsNamedBy", () => {
  const cases: [field: string, names: readonly string[] | "all"][] = [
    ["public", []],
    ["private", "all"],
    ['private="x-user"', ["x-user"]],
    ["private=X-User", ["x-user"]],
    ['private=" a ,, B "', ["a", "b"]],
    ['private=""', "all"],
    ["private=", "all"],
    ['private=","', "all"],
    ['private= "x-user"', "all"],
    ['private="x-user"y', "all"],
    ['private="x user"', "all"],
    ['private="a, x user"', "all"],
    ['private="x-us\u00e9r"', "all"],
    ['private="a", private=","', "all"],
  ];
  for (const [field, names] of cases) {
    it(`${field}: ${names}`, () => expect(fieldsNamedBy(parseDirectives(field), "private")).toEqual(names));
    it(`${field}, of no-cache`, () => {
      const directives = parseDirectives(field.replaceAll("private", "no-cache"));
      expect(fieldsNamedBy(directives, "no-cache")).toEqual(names);
    });
  }
});

describe("whatever stands beside it", () => {
  const anything = fc.string({ unit: fc.constantFrom(...'abz-=",; \\019\u00e9\ufffd'), maxLength: 30 });
  it("a directive that forbids storing is not hidden", () => {
    const property = fc.property(anything, (text) => {
      // Two quotes may hide it by the grammar: `x="a, no-store, b"` is an argument.
      const before = text.replaceAll('"', (quote, at: number) => (at === text.indexOf('"') ? quote : ""));
      expect(parseDirectives(`${before}, no-store`).has("no-store")).toBe(true);
      expect(parseDirectives(`${before}, no-store, x="a"`).has("no-store")).toBe(true);
      expect(fieldsNamedBy(parseDirectives(`private, ${text}`), "private")).toBe("all");
    });
    fc.assert(property, { seed: 1, numRuns: 1_000 });
  });
  it("an argument that cannot be read gives no leave", () => {
    const property = fc.property(anything, (text) => {
      expect(gives(parseDirectives(`public=${text}`), "public")).toBe(false);
      expect(tellsSeconds(parseDirectives(`s-maxage=x${text}`), "s-maxage")).toBe(false);
    });
    fc.assert(property, { seed: 1, numRuns: 1_000 });
  });
});

describe("secondsOf", () => {
  const cases: [argument: string, seconds: number | undefined][] = [
    ["max-age=60", 60],
    ["max-age=0", 0],
    ["max-age=007", 7],
    ["max-age=2147483648", MAX_SECONDS],
    ["max-age=99999999999999999999999", MAX_SECONDS],
    ["public", undefined],
    ["max-age", 0],
    ["max-age=", 0],
    ["max-age=-1", 0],
    ["max-age=1.5", 0],
    ["max-age=1e3", 0],
    ["max-age=abc", 0],
    ["max-age= 60", 0],
    ["max-age='60'", 0],
  ];
  for (const [field, seconds] of cases) {
    it(`makes ${seconds} of ${field}`, () => {
      expect(secondsOf(parseDirectives(field), "max-age")).toBe(seconds);
    });
  }
});
