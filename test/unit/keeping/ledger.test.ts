import { describe, expect, it } from "vitest";
import { type Counts, NO_COUNTS } from "../../../worker/keeping/counts.ts";
import {
  enter,
  type Ledger,
  newLedger,
  readTally,
  recentOf,
  tallyOf,
} from "../../../worker/keeping/ledger.ts";

const S = 1_000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
const START = 1_800_000_000_000; // a whole number of ten minutes

const some = (count: number): Counts => ({ ...NO_COUNTS, requests: { "a hit 2xx": count } });
const requestsIn = (counts: Counts) => counts.requests["a hit 2xx"] ?? 0;

describe("the ledger of a site's requests", () => {
  it("has the sum of all that was reported", () => {
    let ledger = newLedger(START);
    for (let at = 0; at < 10; at++) ledger = enter(ledger, some(2), START + at * DAY);
    expect(requestsIn(ledger.totals)).toBe(20);
    expect(ledger.since).toBe(START);
  });

  it("keeps the last hour in ten seconds and the last week in ten minutes, and no more", () => {
    let ledger = newLedger(START);
    for (let at = 0; at < 8 * DAY; at += 5 * MIN) ledger = enter(ledger, some(1), START + at);
    expect(ledger.week.length).toBe(7 * 24 * 6);
    expect(ledger.hour.length).toBe(12);
    let busy = newLedger(START);
    for (let at = 0; at < 2 * HOUR; at += 4 * S) busy = enter(busy, some(1), START + at);
    expect(busy.hour.length).toBe(360);
  });

  it("tells what was reported in the slots that have ended", () => {
    let ledger = newLedger(START);
    for (let second = 0; second < 120; second++) ledger = enter(ledger, some(1), START + second * S);
    const recent = (lastMs: number, now: number) => {
      const { counts, overMs } = recentOf(ledger, lastMs, START + now);
      return [requestsIn(counts), overMs];
    };
    expect(recent(10 * S, 115 * S)).toEqual([10, 10 * S]); // 100 to 110
    expect(recent(60 * S, 119 * S)).toEqual([60, 60 * S]); // 50 to 110
    expect(recent(10 * S, 200 * S)).toEqual([0, 10 * S]);
    expect(recent(HOUR, 115 * S)).toEqual([110, 110 * S]); // it is no older
    expect(recent(0, 115 * S)).toEqual([10, 10 * S]); // one slot at least
    expect(recent(DAY, 5 * HOUR)).toEqual([120, 5 * HOUR]); // from the week
  });

  it("adds to the newest slot if the clock was set back", () => {
    let ledger = enter(newLedger(START), some(1), START + MIN);
    ledger = enter(ledger, some(1), START);
    expect(ledger.hour).toEqual([{ at: START + MIN, counts: some(2) }]);
    expect(requestsIn(ledger.totals)).toBe(2);
  });

  it("agrees with a naive record of all reports, for a random history", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    let ledger: Ledger = newLedger(START);
    const reports: { at: number; count: number }[] = [];
    let now = START;
    for (let step = 0; step < 2_000; step++) {
      now += Math.floor(random() * 15 * S);
      const count = Math.floor(random() * 100);
      reports.push({ at: now, count });
      ledger = enter(ledger, some(count), now);
      if (step % 50 > 0) continue;
      for (const lastMs of [10 * S, 5 * MIN, 50 * MIN]) {
        const end = now - (now % (10 * S));
        const naive = reports
          .filter(({ at }) => at >= end - lastMs && at < end)
          .reduce((sum, one) => sum + one.count, 0);
        expect(requestsIn(recentOf(ledger, lastMs, now).counts)).toBe(naive);
      }
    }
    expect(requestsIn(ledger.totals)).toBe(reports.reduce((sum, one) => sum + one.count, 0));
  });

  it("is told as JSON, and nothing else is taken for it", () => {
    const tally = tallyOf(enter(newLedger(START), some(3), START), 10 * S, START + 10 * S);
    expect(readTally(JSON.parse(JSON.stringify(tally)))).toEqual(tally);
    expect(requestsIn(tally.recent.counts)).toBe(3);
    for (const other of [
      null,
      {},
      { ...tally, since: "now" },
      { ...tally, recent: {} },
      { ...tally, totals: 1 },
    ])
      expect(readTally(other)).toBeUndefined();
  });
});
