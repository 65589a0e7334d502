// When does an isolate read a snapshot again, which one does it keep, and what does it report?
import { beforeEach, describe, expect, it } from "vitest";
import { EMPTY_SNAPSHOT } from "../../../worker/keeping/snapshot.ts";
import { SnapshotShelf } from "../../../worker/keeping/snapshot-shelf.ts";

const SITE = "shop.test";
/** In the middle of the spread: neither earlier nor later. */
const EVEN = 0.5;
const revision = (number: number) => ({ ...EMPTY_SNAPSHOT, revision: number });
const aReading = (since: number) => ({ since, ended: Promise.resolve() });

let shelf: SnapshotShelf;
beforeEach(() => {
  shelf = new SnapshotShelf({ refreshMs: 3_000 });
});

describe("a snapshot is read", () => {
  it("at first, and by one request at a time", () => {
    expect(shelf.isWanted(SITE, 0)).toBe(true);
    const reading = aReading(0);
    shelf.begin(SITE, reading);
    expect(shelf.isWanted(SITE, 9_999)).toBe(false);
    shelf.end(SITE, reading);
    expect(shelf.isWanted(SITE, 9_999)).toBe(true);
  });

  it("again where nothing has been heard of a reading for long", () => {
    shelf.begin(SITE, aReading(0));
    expect(shelf.isWanted(SITE, 10_000)).toBe(true);
    const second = aReading(10_000);
    shelf.begin(SITE, second);
    shelf.end(SITE, aReading(0)); // the lost one comes back
    expect(shelf.isWanted(SITE, 10_001)).toBe(false);
  });

  it("for each site by itself", () => {
    shelf.begin(SITE, aReading(0));
    shelf.keep(SITE, revision(7), 0, EVEN);
    expect(shelf.isWanted("other.test", 0)).toBe(true);
    expect(shelf.get("other.test")).toBeUndefined();
  });

  it.each([
    [0, 2_250],
    [EVEN, 3_000],
    [0.999, 3_748.5],
  ])("every few seconds, spread by the number %d: after %d ms", (spread, ms) => {
    shelf.keep(SITE, revision(7), 1_000, spread);
    expect(shelf.isWanted(SITE, 1_000 + ms - 0.1)).toBe(false);
    expect(shelf.isWanted(SITE, 1_000 + ms)).toBe(true);
  });

  it("soon after a failure while there is none yet, and as usual while there is one", () => {
    shelf.fail(SITE, 0, EVEN);
    expect([shelf.isWanted(SITE, 999), shelf.isWanted(SITE, 1_000)]).toEqual([false, true]);
    shelf.keep(SITE, revision(7), 1_000, EVEN);
    shelf.fail(SITE, 4_000, EVEN);
    expect([shelf.isWanted(SITE, 6_999), shelf.isWanted(SITE, 7_000)]).toEqual([false, true]);
  });

  it("at once after the clock was set back, and reported", () => {
    shelf.keep(SITE, revision(7), 1_000_000, EVEN);
    shelf.reported(SITE, { revision: 7, at: 1_000_000 });
    expect([shelf.isWanted(SITE, 1_000_000), shelf.isReportDue(SITE, 1_000_000)]).toEqual([false, false]);
    expect([shelf.isWanted(SITE, 400_000), shelf.isReportDue(SITE, 400_000)]).toEqual([true, true]);
    shelf.begin(SITE, aReading(1_000_000));
    expect(shelf.isWanted(SITE, 400_000)).toBe(true);
  });

  it("not less often after a failure than otherwise", () => {
    const quick = new SnapshotShelf({ refreshMs: 200 });
    quick.fail(SITE, 0, EVEN);
    expect(quick.isWanted(SITE, 200)).toBe(true);
  });
});

describe("what is kept", () => {
  it("is the snapshot with the highest revision, whichever arrives last", () => {
    shelf.keep(SITE, revision(7), 0, EVEN);
    shelf.keep(SITE, revision(6), 3_000, EVEN);
    expect(shelf.get(SITE)).toMatchObject({ snapshot: revision(7), triedAt: 3_000 });
    shelf.keep(SITE, revision(8), 6_000, EVEN);
    expect(shelf.get(SITE)?.snapshot).toEqual(revision(8));
  });

  it("is the same object as long as the revision is the same", () => {
    const first = revision(7);
    shelf.keep(SITE, first, 0, EVEN);
    shelf.keep(SITE, revision(7), 3_000, EVEN);
    expect(shelf.get(SITE)?.snapshot).toBe(first);
  });

  it("stays when the keeper fails, and a failure is told when it begins", () => {
    shelf.keep(SITE, revision(7), 0, EVEN);
    expect(shelf.fail(SITE, 3_000, EVEN)).toBe(true);
    expect(shelf.fail(SITE, 6_000, EVEN)).toBe(false);
    expect(shelf.get(SITE)).toMatchObject({ snapshot: revision(7), isFailing: true });
    shelf.keep(SITE, revision(7), 9_000, EVEN);
    expect(shelf.get(SITE)?.isFailing).toBe(false);
    expect(shelf.fail(SITE, 12_000, EVEN)).toBe(true);
  });

  it("is bounded: the one that was read least recently is read again", () => {
    for (let index = 0; index <= 1_000; index++) shelf.keep(`${index}.test`, revision(7), 0, EVEN);
    expect([shelf.get("0.test"), shelf.get("1.test")?.snapshot]).toEqual([undefined, revision(7)]);
  });
});

describe("a request waits", () => {
  it("for nothing where nothing is being read", () => {
    expect(shelf.worthWaiting(SITE, 0)).toBeUndefined();
  });

  it("for the first reading, until 300 ms after it began", () => {
    shelf.begin(SITE, aReading(1_000));
    expect(shelf.worthWaiting(SITE, 1_000)?.ms).toBe(300);
    expect(shelf.worthWaiting(SITE, 1_299)?.ms).toBe(1);
    expect(shelf.worthWaiting(SITE, 1_300)).toBeUndefined();
  });

  it("for no later one, well or not", () => {
    shelf.keep(SITE, revision(7), 1_000, EVEN);
    shelf.begin(SITE, aReading(7_999));
    expect(shelf.worthWaiting(SITE, 7_999)).toBeUndefined();
    const other = new SnapshotShelf({ refreshMs: 3_000 });
    other.fail(SITE, 1_000, EVEN);
    other.begin(SITE, aReading(2_000));
    expect(other.worthWaiting(SITE, 2_000)).toBeUndefined();
  });

  // With 10 s, an isolate with a request every 9 s went by snapshots that were up to 13 s old.
  it("for the first one after the isolate was idle", () => {
    shelf.keep(SITE, revision(7), 1_000, EVEN);
    shelf.begin(SITE, aReading(8_000));
    expect(shelf.worthWaiting(SITE, 8_000)?.ms).toBe(300);
  });
});

describe("a report is due", () => {
  it("at the start of an isolate, and every ten seconds", () => {
    expect(shelf.isReportDue(SITE, 0)).toBe(true);
    shelf.reported(SITE, { revision: 0, at: 0 });
    expect([shelf.isReportDue(SITE, 9_999), shelf.isReportDue(SITE, 10_000)]).toEqual([false, true]);
  });

  it("when another revision has been applied", () => {
    shelf.reported(SITE, { revision: 0, at: 0 });
    shelf.keep(SITE, revision(7), 1, EVEN);
    expect(shelf.isReportDue(SITE, 1)).toBe(true);
    shelf.reported(SITE, { revision: 7, at: 1 });
    expect(shelf.isReportDue(SITE, 2)).toBe(false);
  });
});
