// Which changes are still to be told to a webhook, and when.
import { describe, expect, it } from "vitest";
import {
  addNotices,
  afterTry,
  dueNotices,
  MAX_NOTICES,
  MAX_TRIES,
  type Notice,
  nextNoticeAt,
  noticeBody,
  readNotices,
} from "../../../worker/keeping/notices.ts";
import { standingChanges } from "../../../worker/keeping/standing-changes.ts";

const about = {
  site: "shop.test",
  pool: "web",
  origin: "fra",
  standing: "down",
  because: "timeout",
  at: 1_764_345_600_000,
} as const;
const NEWS = { url: "https://hooks.test/", about };
const [one] = addNotices([], [NEWS], 0) as readonly [Notice];

describe("a notice", () => {
  it("is due at once, and gone when it was told", () => {
    expect(dueNotices([one], 0)).toEqual([one]);
    expect(afterTry([one], one, true, 10)).toEqual([]);
    expect(nextNoticeAt([], 0)).toBeUndefined();
  });

  it("is tried again after a while, and three times at most", () => {
    let notices: readonly Notice[] = [one];
    let now = 0;
    const triedAt: number[] = [];
    for (let next = nextNoticeAt(notices, now); next !== undefined; next = nextNoticeAt(notices, now)) {
      now = next;
      triedAt.push(now);
      for (const due of dueNotices(notices, now)) notices = afterTry(notices, due, false, now);
    }
    expect(triedAt).toEqual([0, 5_000, 35_000]);
    expect(triedAt).toHaveLength(MAX_TRIES);
  });

  it("does not keep another one from being told", () => {
    const two = addNotices([one], [NEWS], 0);
    expect(afterTry(two, one, true, 0)).toEqual([two[1]]);
  });

  it("of which there are too many gives way to newer ones", () => {
    const many = addNotices(
      [one],
      Array.from({ length: MAX_NOTICES }, () => ({ ...NEWS, url: "https://new.test/" })),
      1,
    );
    expect(many).toHaveLength(MAX_NOTICES);
    expect(many).not.toContain(one);
  });

  it("says what has changed, and nothing of how the origin is reached", () => {
    expect(JSON.parse(noticeBody(one))).toEqual({
      event: "origin-standing",
      site: "shop.test",
      pool: "web",
      origin: "fra",
      standing: "down",
      because: "timeout",
      at: "2025-11-28T16:00:00.000Z",
    });
  });

  it("that was stored is read again, and anything else is left out", () => {
    expect(readNotices(JSON.parse(JSON.stringify([one, 7, {}, { ...one, about: null }])))).toEqual([one]);
    expect(readNotices(null)).toEqual([]);
  });
});

describe("what has changed", () => {
  const down = { down: { since: 1_000, because: "503" } };

  it("is each origin that went down or is good again, and not what an operator has done", () => {
    const before = {
      "web/a": down,
      "web/b": { drained: true },
      "web/c": { ...down, drained: true },
    } as const;
    const after = {
      "web/b": { ...down, drained: true },
      "web/c": { ...down, drained: true },
      "web/d": { drained: true },
    } as const;
    expect(standingChanges(before, after, () => 5_000)).toEqual([
      { pool: "web", origin: "a", standing: "good", because: "503", at: 5_000, afterMs: 4_000 },
      { pool: "web", origin: "b", standing: "down", because: "503", at: 1_000 },
    ]);
  });

  it("is nothing of an origin that is no longer probed", () => {
    expect(standingChanges({ "web/a": down }, {}, () => undefined)).toEqual([]);
  });
});
