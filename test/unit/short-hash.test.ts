import { describe, expect, it } from "vitest";
import { shortHash } from "../../shared/short-hash.ts";

describe("a short hash", () => {
  it.each([
    ["", "811c9dc5"],
    ["a", "e40c292c"],
    ["foobar", "bf9cf968"],
  ])("of %j is what FNV-1a publishes for it", (text, hash) => expect(shortHash(text)).toBe(hash));

  it("always has eight digits", () => expect(shortHash("v100")).toBe("04ad15a8"));
});
