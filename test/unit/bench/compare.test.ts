import { describe, expect, it } from "vitest";
import { moves, movesText } from "../../../bench/report/compare.ts";
import type { Row } from "../../../bench/result.ts";
import { aClaim, aResult, aRow } from "./a-result.ts";

const verdictOf = (before: Row, now: Row) =>
  moves(aResult(aClaim("hit", [before])), aResult(aClaim("hit", [now]))).map(({ verdict }) => verdict);

describe("a run against an earlier one", () => {
  it("calls a higher ratio better and a lower one worse", () => {
    expect(verdictOf(aRow("a / b", 0.8), aRow("a / b", 0.9))).toEqual(["better"]);
    expect(verdictOf(aRow("a / b", 0.8), aRow("a / b", 0.7))).toEqual(["worse"]);
  });

  it("calls more CPU, time and memory worse", () => {
    for (const unit of ["cpu-times", "ms", "MB", "KB"] as const) {
      expect(verdictOf(aRow("a", 100, { unit }), aRow("a", 150, { unit })), unit).toEqual(["worse"]);
    }
  });

  it("takes a small move for noise", () => {
    expect(verdictOf(aRow("a / b", 0.8), aRow("a / b", 0.82))).toEqual(["same"]);
  });

  it("takes a large move for noise where the middle halves overlap", () => {
    expect(verdictOf(aRow("a / b", 0.8, { width: 0.2 }), aRow("a / b", 0.9, { width: 0.2 }))).toEqual([
      "same",
    ]);
    expect(verdictOf(aRow("a / b", 0.8, { width: 0.02 }), aRow("a / b", 0.9, { width: 0.02 }))).toEqual([
      "better",
    ]);
  });

  it("leaves out what only one of them has measured", () => {
    const before = aResult(aClaim("hit", [aRow("a / b", 1)]), aClaim("pass", [aRow("a / b", 1)]));
    const now = aResult(aClaim("hit", [aRow("a / c", 1)]), aClaim("new", [aRow("a / b", 1)]));
    expect(moves(before, now)).toEqual([]);
  });

  it("is told by the row", () => {
    const before = aResult(aClaim("hit", [aRow("a / b", 0.8), aRow("size", 90, { unit: "KB" })]));
    const now = aResult(aClaim("hit", [aRow("a / b", 0.9), aRow("size", 90, { unit: "KB" })]));
    expect(movesText(moves(before, now))).toBe(
      [
        "  better  hit: a / b  0.80     →  0.90     +13 %",
        "          hit: size   90.0 KB  →  90.0 KB  +0 %",
        "1 better, 0 worse, 1 as before",
        "",
      ].join("\n"),
    );
  });
});
