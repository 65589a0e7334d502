import { describe, expect, it } from "vitest";
import { CROWDED, FULL, isFull, isOver } from "../../../cli/standalone/crowding.ts";

describe("a process with too many descriptors", () => {
  // [limit, crowded from, calm below, full from]
  it.each([
    [1_048_576, 349_525, 314_572, 943_718],
    [65_536, 21_845, 19_660, 58_982],
    [1_024, 341, 306, 921],
  ])(
    "with a limit of %i is crowded from %i, then until it has fewer than %i, and full from %i",
    (limit, from, calm, full) => {
      expect(isOver(CROWDED, { open: from - 1, limit }, false)).toBe(false);
      expect(isOver(CROWDED, { open: from, limit }, false)).toBe(true);
      expect(isOver(CROWDED, { open: calm, limit }, true)).toBe(true);
      expect(isOver(CROWDED, { open: calm - 1, limit }, true)).toBe(false);
      expect(isOver(FULL, { open: full - 1, limit }, false)).toBe(false);
      expect(isOver(FULL, { open: full, limit }, false)).toBe(true);
    },
  );

  it("is none of which nothing is known", () => {
    expect(isFull(process.pid)).toBe(false);
    expect(isFull(2 ** 30)).toBe(false);
  });
});
