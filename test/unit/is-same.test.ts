import { expect, it } from "vitest";
import { isSame } from "../../shared/is-same.ts";

it("tells whether two secrets are the same", () => {
  expect(isSame("ab", "ab")).toBe(true);
  for (const other of ["ac", "bb", "a", "abc", ""]) expect(isSame("ab", other)).toBe(false);
});
