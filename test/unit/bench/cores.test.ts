import { describe, expect, it } from "vitest";
import { coreOf } from "../../../bench/machine/cores.ts";

describe("the cores of a machine", () => {
  it.each([
    [1, [undefined, undefined, undefined]],
    [2, [0, 1, 1]],
    [4, [0, 1, 2]],
  ])("where there are %i are told apart as far as they go", (cores, expected) => {
    expect((["edge", "load", "origin"] as const).map((role) => coreOf(role, cores))).toEqual(expected);
  });
});
