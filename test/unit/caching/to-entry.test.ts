import { describe, expect, it } from "vitest";
import { contentLocationIsTarget } from "../../../worker/caching/law/to-entry.ts";
import { anAsked } from "../../support/asked.ts";
import { anEntry, NOW, someRules } from "./an-entry.ts";

const DAY = 86_400_000;
const NOON = "Tue, 24 Nov 2026 12:00:00 GMT";
const fieldsOf = (fields: Record<string, string>, config: Parameters<typeof someRules>[0] = {}) =>
  Object.fromEntries(anEntry({ date: NOON, ...fields }, { rules: someRules(config) }).headers);

describe("what is stored of a response", () => {
  const given = { a: "1", b: "2", "set-cookie": "c=3" };
  const cases: [
    name: string,
    fields: Record<string, string>,
    config: Parameters<typeof someRules>[0],
    left: string[],
  ][] = [
    ["all", given, {}, ["a", "b", "set-cookie"]],
    [
      "not what is private by name",
      { ...given, "cache-control": 'private="A, set-cookie"' },
      {},
      ["b", "cache-control"],
    ],
    [
      "not what is no-cache by name",
      { ...given, "cache-control": 'no-cache="b"' },
      {},
      ["a", "cache-control", "set-cookie"],
    ],
    [
      "by the targeted field where one speaks",
      { ...given, "cache-control": 'private="a"', "cdn-cache-control": 'private="b"' },
      {},
      ["a", "cache-control", "cdn-cache-control", "set-cookie"],
    ],
    ["not cookies where they are stripped", given, { setCookie: "strip" }, ["a", "b"]],
    ["cookies where they are stored", given, { setCookie: "store" }, ["a", "b", "set-cookie"]],
  ];
  for (const [name, fields, config, left] of cases) {
    it(name, () => expect(Object.keys(fieldsOf(fields, config)).sort()).toEqual([...left, "date"].sort()));
  }
  it("a Date of its arrival where it came without", () => {
    expect(Object.fromEntries(anEntry({}).headers)).toEqual({ date: NOON });
  });
});

describe("until when it is kept", () => {
  const cases: [
    name: string,
    fields: Record<string, string>,
    config: Parameters<typeof someRules>[0],
    ms: number,
  ][] = [
    ["past its freshness for a lost connection", { "cache-control": "max-age=10" }, {}, 10_000 + DAY],
    [
      "no longer, where nothing stale may be used",
      { "cache-control": "max-age=10, must-revalidate" },
      {},
      10_000,
    ],
    ["to be revalidated", { "cache-control": "max-age=10, must-revalidate", etag: '"a"' }, {}, 10_000 + DAY],
    [
      "for the longest of its stale times",
      { "cache-control": "max-age=10, stale-if-error=200000" },
      {},
      200_010_000,
    ],
    [
      "the age it came with is taken off",
      { "cache-control": "max-age=10, must-revalidate", age: "4" },
      {},
      6_000,
    ],
    [
      "not past its freshness where the route wants nothing stale",
      { "cache-control": "max-age=10" },
      { staleIfError: "0s" },
      10_000,
    ],
  ];
  for (const [name, fields, config, ms] of cases) {
    it(name, () => expect(anEntry(fields, { rules: someRules(config) }).keepUntil - NOW).toBe(ms));
  }
});

describe("contentLocationIsTarget", () => {
  const asked = anAsked("https://a.test/x?b=1", { method: "POST" });
  const cases: [value: string | undefined, is: boolean][] = [
    ["/x?b=1", true],
    ["https://a.test/x?b=1", true],
    ["?b=1", true],
    ["/x", false],
    ["/x?b=2", false],
    ["http://a.test/x?b=1", false],
    ["https://b.test/x?b=1", false],
    [undefined, false],
  ];
  for (const [value, is] of cases) {
    it(`${value}: ${is}`, () => {
      expect(
        contentLocationIsTarget(new Headers(value === undefined ? {} : { "content-location": value }), asked),
      ).toBe(is);
    });
  }
});
