import { describe, expect, it } from "vitest";
import { BARS } from "../../../bench/bars.ts";
import { CLAIMS } from "../../../bench/claims/all.ts";
import { standings } from "../../../bench/standing.ts";
import { aClaim, aResult, aRow } from "./a-result.ts";

const verdictsOn = (median: number, bar: { atLeast?: number; atMost?: number }) =>
  standings(aResult(aClaim("hit", [aRow("a / b", median)])), [{ claim: "hit", row: "a / b", ...bar }]).map(
    ({ verdict }) => verdict,
  );

describe("a bar", () => {
  it.each([
    ["at least", 0.8, { atLeast: 0.8 }, "pass"],
    ["less than at least", 0.79, { atLeast: 0.8 }, "miss"],
    ["at most", 150, { atMost: 150 }, "pass"],
    ["more than at most", 151, { atMost: 150 }, "miss"],
    ["no number", Number.NaN, { atLeast: 0.8 }, "miss"],
  ])("%s is a %s", (_, median, bar, verdict) => {
    expect(verdictsOn(median, bar)).toEqual([verdict]);
  });

  it("on what was not measured is neither cleared nor missed", () => {
    const bars = [
      { claim: "hit", row: "a / c", atLeast: 1 },
      { claim: "pass", row: "a / b", atLeast: 1 },
    ];
    const verdicts = standings(aResult(aClaim("hit", [aRow("a / b", 2)])), bars).map(
      ({ verdict }) => verdict,
    );
    expect(verdicts).toEqual(["not measured", "not measured"]);
  });
});

describe("the project's bars", () => {
  it("are each set on a claim that is put to the test", () => {
    const names = CLAIMS.map(({ name }) => name);
    expect(BARS.filter(({ claim }) => !names.includes(claim))).toEqual([]);
  });

  it("ask for one thing each", () => {
    expect(BARS.filter(({ atLeast, atMost }) => (atLeast === undefined) === (atMost === undefined))).toEqual(
      [],
    );
  });

  it("no two are set on the same row", () => {
    expect(new Set(BARS.map(({ claim, row }) => `${claim} ${row}`)).size).toBe(BARS.length);
  });
});
