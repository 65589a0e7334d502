import { describe, expect, it } from "vitest";
import { latest } from "../../shared/remember.ts";

describe("what was worked out last", () => {
  const worked: string[] = [];
  const lengthOf = latest((text) => {
    worked.push(text);
    return { length: text.length };
  });

  it("is given again for the same text, and worked out anew for another", () => {
    const first = lengthOf("a=1");
    expect(lengthOf("a=1")).toBe(first);
    expect(lengthOf("a=1; b=2")).toEqual({ length: 8 });
    expect(lengthOf("a=1")).toEqual({ length: 3 });
    expect(worked).toEqual(["a=1", "a=1; b=2", "a=1"]);
  });

  it("is known of the empty text too", () => {
    expect(lengthOf("")).toBe(lengthOf(""));
  });
});
