import { describe, expect, it } from "vitest";
import { isCrowded } from "../../../cli/standalone/crowding.ts";

describe("a process with too many descriptors", () => {
  // [limit, crowded from, calm below]
  it.each([
    [1_048_576, 786_432, 707_789],
    [65_536, 49_152, 44_237],
    [20_000, 15_000, 13_500],
    [8_192, 4_096, 3_687],
    [1_024, 512, 461],
  ])("with a limit of %i is crowded from %i, and then until it has fewer than %i", (limit, from, calm) => {
    expect(isCrowded({ open: from - 1, limit }, false)).toBe(false);
    expect(isCrowded({ open: from, limit }, false)).toBe(true);
    expect(isCrowded({ open: calm, limit }, true)).toBe(true);
    expect(isCrowded({ open: calm - 1, limit }, true)).toBe(false);
  });
});
