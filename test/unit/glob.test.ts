import { describe, expect, it } from "vitest";
import { compileGlob, compileListGlob } from "../../shared/glob.ts";

describe("a glob", () => {
  it.each([
    ["a", "a"],
    ["*", ""],
    ["*", "anything"],
    ["a*", "a"],
    ["a*", "abc"],
    ["*c", "abc"],
    ["a*c", "ac"],
    ["a*b*c", "abc"],
    ["a*b*c", "a-b-b-c"],
    ["*a*a*", "aa"],
    ["a**c", "abc"],
    ["*.*", "a.b.c"],
    ["(a|b)*", "(a|b)c"],
  ])("%s matches %j", (glob, text) => expect(compileGlob(glob)(text)).toBe(true));

  it.each([
    ["a", ""],
    ["a", "ab"],
    ["a", "A"],
    ["a*", "ba"],
    ["*c", "cb"],
    ["a*c", "a"],
    ["a*b*c", "ac"],
    // Each part needs its own piece of the text.
    ["aba*ba", "aba"],
    ["*a*a*", "a"],
    ["a*b*b*c", "abc"],
    ["a*bc*c", "abc"],
    ["(a|b)*", "ac"],
  ])("%s does not match %j", (glob, text) => expect(compileGlob(glob)(text)).toBe(false));
});

describe("a glob for a list", () => {
  it.each([
    ["a", "b, a"],
    ["a", "b,a ,c"],
    ["a, b", "x, a, b, y"],
    ["a*", "b, ac"],
    ["*c", "bc, a"],
    ["a*b*c", "x, a-b-c, y"],
    ["*a*a*", "x, a, a"],
  ])("%s matches a run of the elements of %j", (glob, field) =>
    expect(compileListGlob(glob)(field)).toBe(true),
  );

  it.each([
    ["a", "ab, ba"],
    ["a, c", "a, b, c"],
    ["aba*ba", "x, aba"],
    ["*a*a", "x, a"],
    ["a*b", "b, a"],
  ])("%s does not match a run of the elements of %j", (glob, field) =>
    expect(compileListGlob(glob)(field)).toBe(false),
  );

  it("leaves the white space of a value that is no list as it is", () => {
    expect(compileListGlob("a")(" a")).toBe(false);
    expect(compileListGlob("a")("b, a")).toBe(true);
  });
});
