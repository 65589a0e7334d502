import { describe, expect, it } from "vitest";
import { termsOf } from "../../../worker/caching/law/terms.ts";
import { contentLocationIsTarget, toEntry } from "../../../worker/caching/law/to-entry.ts";
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
    [
      "a Date that is private, since the age is counted from it",
      { a: "1", "cache-control": 'private="date, a"' },
      {},
      ["cache-control"],
    ],
    [
      "all where no-cache names none, whatever they are called",
      { a: "1", l: "2", "cache-control": "no-cache" },
      {},
      ["a", "l", "cache-control"],
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

it("is marked as a response of this format", () => {
  expect(anEntry()).toMatchObject({ kind: "response", format: 4, status: 200, part: null });
});

it("has the terms that were computed before, so that they are not computed twice", () => {
  const rules = someRules();
  const [headers, at] = [new Headers({ "cache-control": "max-age=10" }), NOW];
  const terms = { ...termsOf({ status: 200, headers, receivedAt: at }, rules), freshForMs: 77 };
  const received = {
    status: 200,
    statusText: "",
    headers,
    requestedAt: at,
    receivedAt: at,
    revision: 0,
    terms,
  };
  expect(toEntry(received, rules, { host: "a.test", path: "/" }).terms).toBe(terms);
});

describe("until when it is kept", () => {
  const cases: [
    name: string,
    fields: Record<string, string>,
    config: Parameters<typeof someRules>[0],
    ms: number,
    status?: number,
  ][] = [
    ["past its freshness for a lost connection", { "cache-control": "max-age=10" }, {}, 10_000 + DAY],
    [
      "no longer, where nothing stale may be used",
      { "cache-control": "max-age=10, must-revalidate" },
      {},
      10_000,
    ],
    [
      "to be revalidated by its date",
      { "cache-control": "max-age=10, must-revalidate", "last-modified": "then" },
      {},
      10_000 + DAY,
    ],
    [
      "not to be revalidated, where it is no page (RFC 9110 §13.2.1)",
      { "cache-control": "max-age=10, must-revalidate", etag: '"a"', "last-modified": "then" },
      {},
      10_000,
      404,
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
  for (const [name, fields, config, ms, status = 200] of cases) {
    it(name, () => expect(anEntry(fields, { rules: someRules(config), status }).keepUntil - NOW).toBe(ms));
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
  it("is not told by its absence, whatever the path is called", () => {
    expect(contentLocationIsTarget(new Headers(), anAsked("https://a.test/null"))).toBe(false);
  });
});
