// When has every data centre applied a revision? The receipt of a purge, made of reports.
import { describe, expect, it } from "vitest";
import { noPlaces, observeReport, type Places, receiptOf } from "../../../worker/keeping/places.ts";
import { readReport } from "../../../worker/keeping/report.ts";

const BEGAN = 1_000_000;
const REVISION = 7;
/** The revision was made at the beginning, so that nothing but the reports decides. */
const STATE = { revision: REVISION, changedAt: BEGAN };

type Row = [atMs: number, isolate: string, place: string, revision: number];

const heard = (...rows: Row[]): Places =>
  rows.reduce(
    (places, [atMs, isolate, place, revision]) =>
      observeReport(places, { isolate, place, revision }, BEGAN + atMs),
    noPlaces(BEGAN),
  );

function receipt(places: Places, atMs: number, revision = REVISION, state = STATE) {
  const result = receiptOf(places, state, revision, BEGAN + atMs);
  if (!result.ok) throw new Error(result.error.reason);
  const { isComplete, places: listed } = result.value;
  const relative = (at: number | null) => at && at - BEGAN;
  return { isComplete, places: listed.map((one) => [one.place, one.isolates, relative(one.confirmedAt)]) };
}

describe("a receipt", () => {
  it("is complete when every data centre has confirmed, and tells when each did", () => {
    const places = heard([20_000, "a", "FRA", 7], [21_000, "b", "IAD", 6], [24_000, "b", "IAD", 7]);
    expect(receipt(places, 25_000)).toEqual({
      isComplete: true,
      places: [
        ["FRA", 1, 20_000],
        ["IAD", 1, 24_000],
      ],
    });
  });

  it("is not complete before the last one has", () => {
    const places = heard([20_000, "a", "FRA", 7], [21_000, "b", "IAD", 6]);
    expect(receipt(places, 25_000)).toEqual({
      isComplete: false,
      places: [
        ["FRA", 1, 20_000],
        ["IAD", 1, null],
      ],
    });
  });

  it("has a data centre confirm with the last of its isolates", () => {
    const one = heard([20_000, "a", "FRA", 7], [21_000, "b", "FRA", 6]);
    expect(receipt(one, 25_000)).toEqual({ isComplete: false, places: [["FRA", 2, null]] });
    const both = observeReport(one, { isolate: "b", place: "FRA", revision: 7 }, BEGAN + 26_000);
    expect(receipt(both, 27_000)).toEqual({ isComplete: true, places: [["FRA", 2, 26_000]] });
    const other = heard([21_000, "b", "FRA", 6], [22_000, "a", "FRA", 7]);
    expect(receipt(other, 25_000)).toEqual({ isComplete: false, places: [["FRA", 2, null]] });
  });

  // Isolates that had ended long ago were waited for, and no receipt was complete, until the clock had caught up.
  it("waits anew for all isolates after the clock was set back, and no longer", () => {
    const before = heard([20_000, "a", "FRA", 7], [21_000, "ended", "IAD", 6]);
    const after = -3_600_000;
    expect(receipt(before, after).isComplete).toBe(false);
    const places = observeReport(before, { isolate: "a", place: "FRA", revision: 7 }, BEGAN + after + 5_000);
    expect(receipt(places, after + 19_999).isComplete).toBe(false);
    expect(receipt(places, after + 20_000)).toEqual({
      isComplete: true,
      places: [["FRA", 1, after + 5_000]],
    });
  });

  it("counts a later revision as well, from when it was first reported", () => {
    const places = heard([20_000, "a", "FRA", 8], [30_000, "a", "FRA", 9]);
    expect(receipt(places, 31_000, 7, { revision: 9, changedAt: BEGAN })).toEqual({
      isComplete: true,
      places: [["FRA", 1, 20_000]],
    });
  });

  it("does not count a revision that was never made: it is one of a keeper that was lost", () => {
    const places = heard([20_000, "a", "FRA", 8]);
    expect(receipt(places, 25_000)).toEqual({ isComplete: false, places: [["FRA", 1, null]] });
  });

  it("keeps the first time however often it is confirmed", () => {
    const places = heard([20_000, "a", "FRA", 7], [30_000, "a", "FRA", 7]);
    expect(receipt(places, 31_000).places).toEqual([["FRA", 1, 20_000]]);
  });

  it("is not undone by a report that arrives late", () => {
    const places = heard([20_000, "a", "FRA", 7], [20_001, "a", "FRA", 6]);
    expect(receipt(places, 25_000)).toEqual({ isComplete: true, places: [["FRA", 1, 20_000]] });
  });

  it("does not wait for who has not reported for a minute", () => {
    const places = heard([0, "a", "FRA", 6], [40_000, "b", "IAD", 7]);
    expect(receipt(places, 60_000).places).toEqual([
      ["FRA", 1, null],
      ["IAD", 1, 40_000],
    ]);
    expect(receipt(places, 60_001)).toEqual({ isComplete: true, places: [["IAD", 1, 40_000]] });
  });

  it("is complete where nobody serves the site", () => {
    expect(receipt(heard(), 15_000)).toEqual({ isComplete: true, places: [] });
  });

  it("waits for a keeper that has just started to have heard everybody", () => {
    const places = heard([1_000, "a", "FRA", 7]);
    expect(receipt(places, 14_999).isComplete).toBe(false);
    expect(receipt(places, 15_000).isComplete).toBe(true);
  });

  it("waits until no data centre's cache can have a snapshot of before", () => {
    const places = heard([21_000, "a", "FRA", 7]);
    const justNow = { revision: 7, changedAt: BEGAN + 20_000 };
    expect(receipt(places, 24_999, 7, justNow).isComplete).toBe(false);
    expect(receipt(places, 25_000, 7, justNow).isComplete).toBe(true);
  });

  it("of a revision that was never made is refused", () => {
    expect(receiptOf(heard(), STATE, 8, BEGAN)).toEqual({ ok: false, error: { reason: "unknown-revision" } });
  });
});

describe("what is remembered of reports is bounded", () => {
  it("in isolates: those that have gone are forgotten", () => {
    const places = heard([0, "a", "FRA", 7], [30_000, "b", "FRA", 7], [60_001, "c", "FRA", 7]);
    expect([...places.isolates.keys()]).toEqual(["b", "c"]);
  });

  it("in isolates: of too many, the one that has reported least recently is forgotten", () => {
    let places = heard([0, "first", "FRA", 7], [0, "second", "FRA", 7]);
    places = observeReport(places, { isolate: "first", place: "FRA", revision: 7 }, BEGAN);
    for (let index = 0; index < 4_999; index++)
      places = observeReport(places, { isolate: `more ${index}`, place: "FRA", revision: 7 }, BEGAN);
    expect([places.isolates.size, places.isolates.has("first"), places.isolates.has("second")]).toEqual([
      5_000,
      true,
      false,
    ]);
  });

  it("in confirmations: an old revision is confirmed by the oldest that is left", () => {
    const rows = Array.from({ length: 20 }, (_, index): Row => [index * 1_000, "a", "FRA", index + 1]);
    const places = heard(...rows);
    expect(places.isolates.get("a")?.confirmed).toHaveLength(16);
    expect(receipt(places, 20_000, 1, { revision: 20, changedAt: BEGAN }).places).toEqual([
      ["FRA", 1, 4_000],
    ]);
  });
});

describe("a report", () => {
  const REPORT = { isolate: "5f0c", place: "FRA", revision: 7 };

  it("is taken as it is, without what is not known", () => {
    expect(readReport({ ...REPORT, mood: "good" })).toEqual(REPORT);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "FRA 7"],
    ["one without an isolate", { ...REPORT, isolate: undefined }],
    ["one whose isolate has no name", { ...REPORT, isolate: "" }],
    ["one with a name without end", { ...REPORT, place: "x".repeat(65) }],
    ["one with a place that is a number", { ...REPORT, place: 7 }],
    ["one without a revision", { ...REPORT, revision: undefined }],
    ["one with half a revision", { ...REPORT, revision: 0.5 }],
  ])("is not %s", (_what, value) => {
    expect(readReport(value)).toBeUndefined();
  });

  it("is settled when whoever has not confirmed has no traffic, and is complete only without them", () => {
    const told = (atMs: number, refreshMs?: number) => {
      const reports: [number, string, string, number][] = [
        [20_000, "a", "FRA", 6],
        [38_000, "b", "IAD", 7],
      ];
      const places = reports.reduce(
        (before, [at, isolate, place, revision]) =>
          observeReport(before, { isolate, place, revision, ...(refreshMs && { refreshMs }) }, BEGAN + at),
        noPlaces(BEGAN),
      );
      const result = receiptOf(places, STATE, REVISION, BEGAN + atMs);
      if (!result.ok) throw new Error(result.error.reason);
      const { isComplete, isSettled, places: listed } = result.value;
      return {
        isComplete,
        isSettled,
        quiet: listed.filter(({ isQuiet }) => isQuiet).map(({ place }) => place),
      };
    };
    expect(told(39_000)).toEqual({ isComplete: false, isSettled: false, quiet: [] });
    expect(told(39_001)).toEqual({ isComplete: false, isSettled: true, quiet: ["FRA"] });
    expect(told(60_000)).toEqual({ isComplete: false, isSettled: true, quiet: ["FRA"] }); // IAD has confirmed
    expect(told(80_001)).toEqual({ isComplete: true, isSettled: true, quiet: [] });
    // Who reads rarely reports rarely. Who reads often reports no more often.
    expect(told(39_001, 10_000)).toMatchObject({ isSettled: false });
    expect(told(60_001, 10_000)).toMatchObject({ isSettled: true });
    expect(told(39_000, 300)).toMatchObject({ isSettled: false });
    expect(told(39_001, 300)).toMatchObject({ isSettled: true });
  });
});
