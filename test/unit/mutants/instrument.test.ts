// Many faults in one text, each behind its number.
import { stripTypeScriptTypes } from "node:module";
import { describe, expect, it } from "vitest";
import { instrument } from "../../mutants/instrument.ts";
import { mutationsOf } from "../../mutants/mutations.ts";

const TEXT = `
export function clamp(value: number, most: number): number {
  if (value < 0) return 0;
  return value > most ? most : value;
}`;

type Clamp = (value: number, most: number) => number;
const mutants = mutationsOf(TEXT).map((mutation, id) => ({ ...mutation, id }));

/** The text with one of its faults alive, or with none. */
function clampWith(alive: number | undefined): Clamp {
  const code = stripTypeScriptTypes(instrument(TEXT, mutants)).replace("export function", "return function");
  return new Function("$mutant", code)((id: number) => id === alive) as Clamp;
}
const outputs = (clamp: Clamp): string =>
  JSON.stringify([clamp(-1, 5), clamp(0, 5), clamp(3, 5), clamp(5, 5), clamp(9, 5)]);
const idOf = (change: string): number | undefined => mutants.find((mutant) => mutant.change === change)?.id;

describe("the text with all its faults", () => {
  it("does as before while none is alive", () => {
    expect(outputs(clampWith(undefined))).toBe("[0,0,3,5,5]");
  });

  it.each([
    ["value < 0 → true", "[0,0,0,0,0]"],
    ["value < 0 → false", "[-1,0,3,5,5]"],
    ["value > most ? most : value → most", "[0,5,5,5,5]"],
    ["value > most ? most : value → value", "[0,0,3,5,9]"],
  ])("does the fault that is alive: %s", (change, expected) => {
    expect(idOf(change)).toBeDefined();
    expect(outputs(clampWith(idOf(change)))).toBe(expected);
  });
});
