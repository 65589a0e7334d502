import { describe, expect, it } from "vitest";
import { ChangeClock } from "../../../worker/caching/change-clock.ts";
import { NOW } from "./an-entry.ts";

const PAGE = "a.test#a.test/page#@all~1";
const FRENCH = `${PAGE}#variant:vary%3Aaccept-language=~fr`;

describe("a change of the URL", () => {
  it("tells what was asked for before it from what was asked for after it", () => {
    const changes = new ChangeClock();
    const before = changes.asOf(NOW);
    expect(changes.isChangedSince(FRENCH, before)).toBe(false);
    changes.record(PAGE);
    expect(changes.isChangedSince(FRENCH, before)).toBe(true);
    expect(changes.isChangedSince("a.test#a.test/other#@all~1", before)).toBe(false);
    expect(changes.isChangedSince(FRENCH, changes.asOf(NOW))).toBe(false);
  });

  it("that is forgotten for others still counts: where nothing is known, the URL counts as changed", () => {
    const changes = new ChangeClock();
    const before = changes.asOf(NOW);
    changes.record(PAGE);
    for (let n = 0; n < 20_000; n++) changes.record(`a.test#a.test/${n}#@all~1`);
    expect(changes.isChangedSince(PAGE, before)).toBe(true);
    expect(changes.isChangedSince("a.test#a.test/never#@all~1", before)).toBe(true);
    expect(changes.isChangedSince("a.test#a.test/never#@all~1", changes.asOf(NOW))).toBe(false);
  });
});
