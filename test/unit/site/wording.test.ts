import { describe, expect, it } from "vitest";
import * as z from "zod";
import { wording } from "../../../shared/site/wording.ts";

const messageFor = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: wording }).error?.issues[0]?.message;

describe("the message for a value of another type", () => {
  const EXPECTED: [what: string, schema: z.ZodType][] = [
    ["a string", z.string()],
    ["a number", z.number()],
    ["true or false", z.boolean()],
    ["a list", z.array(z.string())],
    ["a set of keys", z.object({})],
    ["a set of keys", z.record(z.string(), z.string())],
    ["a date", z.date()],
    ["an undefined", z.undefined()],
  ];
  it.each(EXPECTED)("says that %s is expected", (what, schema) =>
    expect(messageFor(schema, null)).toBe(`is empty; write ${what}`),
  );

  const FOUND: [what: string, value: unknown][] = [
    ["a set of keys", {}],
    ["a string", "x"],
    ["a number", 1.5],
    ["`true`", true],
    ["`false`", false],
    ["`NaN`", Number.NaN],
    ["`Infinity`", Number.POSITIVE_INFINITY],
  ];
  it.each(FOUND)("says that %s was found", (what, value) =>
    expect(messageFor(z.array(z.string()), value)).toBe(`is ${what}, not a list`),
  );

  const ROWS: [what: string, schema: z.ZodType, value: unknown, message: string][] = [
    ["a value that is missing", z.string(), undefined, "is missing; write a string"],
    ["a number for a string", z.string(), 5, 'is a number, not a string; in quotes it is a string: "5"'],
    ["true for a string", z.string(), true, 'is `true`, not a string; in quotes it is a string: "true"'],
    ["a list for a string", z.string(), ["5"], "is a list, not a string"],
    ["a number in quotes", z.number(), " 5 ", "is a string, not a number; remove the quotes"],
    ["a part of a number", z.int(), 1.5, "is a number, not a whole number"],
    ["quotes around nothing", z.number(), "", "is a string, not a number"],
    ["quotes around blanks", z.number(), "  ", "is a string, not a number"],
    ["a word for a number", z.number(), "five", "is a string, not a number"],
    ["a list of one number", z.number(), ["5"], "is a list, not a number"],
    ["a number in quotes where none is expected", z.array(z.string()), "5", "is a string, not a list"],
    ["true in quotes", z.boolean(), "true", "is a string, not true or false; remove the quotes"],
    ["false in quotes", z.boolean(), "false", "is a string, not true or false; remove the quotes"],
    ["another word for true", z.boolean(), "yes", "is a string, not true or false"],
    ["true in quotes where none is expected", z.number(), "true", "is a string, not a number"],
  ];
  it.each(ROWS)("says how to mend %s", (_what, schema, value, message) =>
    expect(messageFor(schema, value)).toBe(message),
  );
});

describe("the message for a value that is none of the choices", () => {
  const word = z.enum(["weighted", "first"]);
  const status = z.literal([301, 302]);
  const wordOrKeys = z.union([z.literal("off"), z.object({ ttl: z.string(), key: z.string() })]);
  const titled = z.string().min(1).meta({ title: "header name" });
  const untitled = z.union([titled, z.number().meta({ title: "index" }), z.boolean()]);

  const ROWS: [what: string, schema: z.ZodType, value: unknown, message: string][] = [
    ["a value that is missing", word, undefined, "is missing; write `weighted` or `first`"],
    ["an empty value", word, null, "is empty; write `weighted` or `first`"],
    ["another word", word, "random", "is `random`; write `weighted` or `first`"],
    ["a slip", word, "wieghted", "is `wieghted`; write `weighted` or `first`; did you mean `weighted`?"],
    ["a list of choices", word, ["first"], "is a list; write `weighted` or `first`"],
    ["one choice only", z.literal("off"), "on", "is `on`; write `off`"],
    ["several choices", z.enum(["a", "bb", "ccc"]), "x", "is `x`; write `a`, `bb` or `ccc`"],
    ["a choice in quotes", status, "301", "is a string here, because it is in quotes; remove the quotes"],
    [
      "a choice without quotes",
      z.enum(["301", "302"]),
      301,
      'is a number, not a string; in quotes it is a string: "301"',
    ],
    ["another number", status, 404, "is `404`; write `301` or `302`"],
    [
      "a slip in a word that is no choice by itself",
      wordOrKeys,
      "tll",
      "is `tll`; write `off` or a set of keys (ttl, key)",
    ],
    [
      "a slip in a word beside keys",
      wordOrKeys,
      "of",
      "is `of`; write `off` or a set of keys (ttl, key); did you mean `off`?",
    ],
    [
      "a slip in a word that is no choice",
      z.union([z.literal("off"), z.array(z.string())]),
      "lis",
      "is `lis`; write `off` or a list",
    ],
    ["a list for a word or keys", wordOrKeys, [], "is a list; write `off` or a set of keys (ttl, key)"],
    ["what has a title", untitled, [], "is a list; write a header name, an index or true or false"],
    [
      "a number for a string or a list",
      z.union([z.string(), z.array(z.string())]),
      5,
      'is `5`; write a string or a list; in quotes it is a string: "5"',
    ],
    [
      "true for a string or a list",
      z.union([z.string(), z.array(z.string())]),
      true,
      "is `true`; write a string or a list",
    ],
    [
      "a number for a list or a word",
      z.union([z.literal("off"), z.array(z.string())]),
      5,
      "is `5`; write `off` or a list",
    ],
    ["a choice named twice", z.union([z.literal("a"), z.enum(["a", "b"])]), "x", "is `x`; write `a` or `b`"],
  ];
  it.each(ROWS)("names the choices for %s", (_what, schema, value, message) =>
    expect(messageFor(schema, value)).toBe(message),
  );
});

describe("the message for a value beyond its bounds", () => {
  const ROWS: [what: string, schema: z.ZodType, value: unknown, message: string][] = [
    ["a number", z.number().min(2), 1, "must be at least 2"],
    ["a number", z.number().max(2), 3, "must be at most 2"],
    ["a whole number", z.number().int(), 2 ** 60, "must be at most 9007199254740991"],
    ["a whole number", z.number().int(), -(2 ** 60), "must be at least -9007199254740991"],
    ["a list", z.array(z.string()).min(1), [], "is empty"],
    ["a list", z.array(z.string()).max(2), ["a", "b", "c"], "is longer than 2"],
    ["a string", z.string().min(1), "", "is empty"],
    ["a string", z.string().max(2), "abc", "is longer than 2"],
    ["a format", z.email(), "x", "is not written as an email"],
    ["a format", z.base64(), "?", "is not written as a base64"],
    ["a key", z.strictObject({}), { a: 1 }, "is not accepted here"],
  ];
  it.each(ROWS)("of %s says so: %#", (_what, schema, value, message) =>
    expect(messageFor(schema, value)).toBe(message),
  );

  it("is the schema's own where it has one", () => {
    expect(messageFor(z.array(z.string()).min(1, "names no host"), [])).toBe("names no host");
  });
});
