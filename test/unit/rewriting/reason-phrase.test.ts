import { expect, it } from "vitest";
import { reasonPhrase } from "../../../worker/rewriting/from-origin.ts";

it.each([
  ["OK", "OK"],
  ["", ""],
  ["I'm a teapot (really)", "I'm a teapot (really)"],
  ["Gone\tfishing", "Gone fishing"],
  ["\t", " "],
  ["~ to !", "~ to !"],
  ["\x7f", ""],
  ["Försvunnen", ""],
  ["日本", ""],
  ["a\nb", ""],
  ["a\0b", ""],
  ["\u{d800}", ""],
])("the phrase %j goes on as %j", (received, passed) => {
  expect(reasonPhrase(received)).toBe(passed);
});
