import { describe, expect, it } from "vitest";
import { remember } from "../../shared/remember.ts";

function counted(characters: number) {
  const asked: string[] = [];
  const length = remember(characters, (text) => {
    asked.push(text);
    return text.length;
  });
  return { length, asked };
}

describe("remember", () => {
  it("works out each text once, whatever comes in between", () => {
    const { length, asked } = counted(10);
    expect(["ab", "c", "ab", "c"].map(length)).toEqual([2, 1, 2, 1]);
    expect(asked).toEqual(["ab", "c"]);
  });

  it("remembers that there was no result", () => {
    const asked: string[] = [];
    const nothing = remember(10, (text) => void asked.push(text));
    expect([nothing("a"), nothing("a")]).toEqual([undefined, undefined]);
    expect(asked).toEqual(["a"]);
  });

  it("forgets what came first where the texts grow longer than it may hold", () => {
    const { length, asked } = counted(4);
    for (const text of ["ab", "cd", "e", "cd", "ab"]) length(text);
    expect(asked).toEqual(["ab", "cd", "e", "ab"]);
  });

  it("holds one text that is longer than all it may hold, and nothing beside it", () => {
    const { length, asked } = counted(4);
    for (const text of ["ab", "a-long-one", "a-long-one", "ab"]) length(text);
    expect(asked).toEqual(["ab", "a-long-one", "ab"]);
  });
});
