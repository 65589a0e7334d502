import { describe, expect, it } from "vitest";
import { directivesForUs } from "../../../worker/caching/law/targeted.ts";

const speaks = (fields: Record<string, string>) => {
  const { field, directives } = directivesForUs(new Headers(fields));
  return { field, directives: Object.fromEntries(directives) };
};

describe("directivesForUs", () => {
  it("heeds our own field first, then CDN-Cache-Control, then Surrogate-Control, then Cache-Control", () => {
    const fields = {
      "headgate-cache-control": "max-age=1",
      "cdn-cache-control": "max-age=2",
      "surrogate-control": "max-age=3",
      "cache-control": "max-age=4",
    };
    const { "headgate-cache-control": _a, ...three } = fields;
    const { "cdn-cache-control": _b, ...two } = three;
    const { "surrogate-control": _c, ...one } = two;
    expect(speaks(fields)).toEqual({ field: "headgate-cache-control", directives: { "max-age": "1" } });
    expect(speaks(three)).toEqual({ field: "cdn-cache-control", directives: { "max-age": "2" } });
    expect(speaks(two)).toEqual({ field: "surrogate-control", directives: { "max-age": "3" } });
    expect(speaks(one)).toEqual({ field: "cache-control", directives: { "max-age": "4" } });
    expect(speaks({})).toEqual({ field: "cache-control", directives: {} });
  });

  const ignored = [
    "",
    "max-age=5;;",
    "max-age=5,",
    "Max-Age=5",
    'max-age="5"',
    "max-age",
    "max-age=5.5",
    "max-age=-5",
    "max-age=token",
    "s-maxage=?1",
    "s-maxage",
    'stale-if-error="5"',
    "stale-if-error=x",
    "stale-while-revalidate=(1 2)",
    "max-age=5 public",
  ];
  for (const value of ignored) {
    it(`ignores ${JSON.stringify(value)} whole`, () => {
      expect(speaks({ "cdn-cache-control": value }).field).toBe("cache-control");
    });
  }

  const read: [value: string, directives: Record<string, unknown>][] = [
    ["max-age=5", { "max-age": "5" }],
    ["max-age=0", { "max-age": "0" }],
    ["max-age=5;x=1, no-cache", { "max-age": "5", "no-cache": true }],
    ["no-store=?0, max-age=5", { "max-age": "5" }],
    ['private="set-cookie"', { private: "set-cookie" }],
    ["max-age=1, max-age=2", { "max-age": "2" }],
    ["foo=bar", { foo: "bar" }],
    ["private=x-user, public=yes", { private: "x-user", public: "yes" }],
    ["private=5, no-cache=(a b), public=1", { private: "", "no-cache": "", public: "" }],
  ];
  for (const [value, directives] of read) {
    it(`reads ${value}`, () => {
      expect(speaks({ "cdn-cache-control": value })).toEqual({ field: "cdn-cache-control", directives });
    });
  }

  describe("takes from an invalid one what it forbids, and no leave", () => {
    const cases: [value: string, words: Record<string, unknown>][] = [
      ["No-Store", { "no-store": "" }],
      ["Private, max-age=60", { private: "" }],
      ["private=, max-age=60", { private: "" }],
      ['no-cache=" , max-age=60', { "no-cache": "" }],
      ["must-revalidate, max-age=x", { "must-revalidate": "" }],
      ["proxy-revalidate, max-age=x", { "proxy-revalidate": "" }],
      ["public, s-maxage=60, &&&", {}],
    ];
    for (const [value, words] of cases) {
      it(value, () => {
        const fields = { "cdn-cache-control": value, "cache-control": "max-age=5" };
        expect(speaks(fields)).toEqual({
          field: "cache-control",
          directives: { "max-age": "5", ...words },
        });
      });
    }
    it("also where another targeted field then speaks", () => {
      const fields = { "headgate-cache-control": "Private", "cdn-cache-control": "max-age=5" };
      expect(speaks(fields)).toEqual({
        field: "cdn-cache-control",
        directives: { "max-age": "5", private: "" },
      });
    });
  });

  it("passes over a Surrogate-Control that does not speak of caching", () => {
    const fields = { "surrogate-control": 'content="ESI/1.0"', "cache-control": "private" };
    expect(speaks(fields)).toEqual({ field: "cache-control", directives: { private: true } });
  });

  it("heeds a Surrogate-Control with any word on caching", () => {
    const words = "no-store no-cache private must-revalidate proxy-revalidate public max-age=1 s-maxage=1";
    for (const word of [...words.split(" "), "stale-while-revalidate=1", "stale-if-error=1"]) {
      expect(speaks({ "surrogate-control": word }).field, word).toBe("surrogate-control");
    }
  });

  it("heeds a Surrogate-Control that does, beside other things", () => {
    const fields = { "surrogate-control": 'no-store, content="ESI/1.0"', "cache-control": "max-age=5" };
    expect(speaks(fields).field).toBe("surrogate-control");
  });
});
