import { describe, expect, it } from "vitest";
import * as z from "zod";
import { knownKeysAt } from "../../../shared/site/known-keys.ts";

const inner = z.object({ a: z.string(), b: z.string() });
const schema = z.object({
  plain: inner,
  optional: inner.optional(),
  nullable: inner.nullable(),
  byDefault: inner.default({ a: "", b: "" }),
  prefault: inner.prefault({ a: "", b: "" }),
  transformed: inner.transform(({ a }) => a),
  lazy: z.lazy(() => inner),
  get getter() {
    return inner.optional();
  },
  either: z.union([z.literal("off"), inner, z.object({ b: z.string(), c: z.string() })]),
  list: z.array(inner),
  byName: z.record(z.string(), inner),
  text: z.string(),
});

describe("the keys that are known at a place", () => {
  it.each<[PropertyKey[], string[]]>([
    [["plain"], ["a", "b"]],
    [["optional"], ["a", "b"]],
    [["nullable"], ["a", "b"]],
    [["byDefault"], ["a", "b"]],
    [["prefault"], ["a", "b"]],
    [["transformed"], ["a", "b"]],
    [["lazy"], ["a", "b"]],
    [["getter"], ["a", "b"]],
    [["either"], ["a", "b", "c"]],
    [
      ["list", 0],
      ["a", "b"],
    ],
    [
      ["byName", "x"],
      ["a", "b"],
    ],
    [["list"], []],
    [["byName"], []],
    [["text"], []],
    [["text", "length"], []],
    [["plain", "a"], []],
    [["plain", "x"], []],
    [["constructor"], []],
    [["list", 0, "a", 0], []],
  ])("%j are %j", (place, keys) => expect(knownKeysAt(place, schema)).toEqual(keys));

  it("are those of the site file", () => {
    expect(knownKeysAt(["routes", 0, "match", "not", "any", 1])).toEqual(knownKeysAt(["routes", 0, "match"]));
    expect(knownKeysAt(["security"])).toEqual(["preset", "headers", "csp", "cookies", "report", "nel"]);
  });
});
