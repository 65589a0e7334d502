import { describe, expect, it } from "vitest";
import { MAX_SECONDS, parseDirectives, secondsOf } from "../../../worker/caching/directives.ts";

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
    ['private="open, no-store', { private: true, "no-store": true }],
    ['x="open\\"', { x: true }],
    ["max-age=1, max-age=2", { "max-age": "1" }],
    ['private="a", private="b"', { private: "a,b" }],
    ['private="a", private', { private: true }],
    ['no-cache, no-cache="a"', { "no-cache": true }],
    ["max-age=", { "max-age": "" }],
    ["max-age = 5", { "max-age": " 5" }],
    ["=5, public", { public: true }],
    ["max-age=5 6, public", { "max-age": "5 6", public: true }],
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
