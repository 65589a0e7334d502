// Which texts are a snapshot? A reader keeps the one that it has if it receives anything else.
import { describe, expect, it } from "vitest";
import { listKey, MAX_WANTED } from "../../../worker/keeping/list-wanted.ts";
import { MAX_ORIGINS_TOLD, originsTold } from "../../../worker/keeping/origins-told.ts";
import { purgedBefore } from "../../../worker/keeping/purge-marks.ts";
import {
  EMPTY_SNAPSHOT,
  MAX_SNAPSHOT_BYTES,
  readSnapshot,
  type Snapshot,
  snapshotText,
} from "../../../worker/keeping/snapshot.ts";

const SNAPSHOT: Snapshot = {
  revision: 1_764_345_600_123,
  purges: purgedBefore(1_764_345_600_001),
  switches: { maintenance: { retryAfterSeconds: 60 }, cacheOff: true, kill: false },
  origins: originsTold({
    "web/fra": { down: { since: 1_764_345_600_002, because: "timeout" } },
    "web/iad": { drained: true },
  }),
  lists: { "drop~0123abcd": "0".repeat(32) },
};

describe("a snapshot", () => {
  it.each([SNAPSHOT, EMPTY_SNAPSHOT])("is read as it was written", (snapshot) => {
    expect(readSnapshot(snapshotText(snapshot))).toEqual(snapshot);
  });

  it("whose parts are absent is empty but for its revision", () => {
    expect(readSnapshot('{"format":1,"revision":7}')).toEqual({ ...EMPTY_SNAPSHOT, revision: 7 });
  });

  it("may have a part that is not known yet", () => {
    expect(readSnapshot('{"format":1,"revision":7,"weather":"fine"}')?.revision).toBe(7);
  });

  it("is as large as its limit at most", () => {
    const text = snapshotText(SNAPSHOT);
    expect(readSnapshot(text.padEnd(MAX_SNAPSHOT_BYTES))).toEqual(SNAPSHOT);
    expect(readSnapshot(text.padEnd(MAX_SNAPSHOT_BYTES + 1))).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["half of one", snapshotText(SNAPSHOT).slice(0, 30)],
    ["a page", "<html>"],
    ["null", "null"],
    ["a number", "7"],
    ["a list", "[]"],
    ["another format", '{"format":2,"revision":7}'],
    ["no format", '{"revision":7}'],
    ["no revision", '{"format":1}'],
    ["half a revision", '{"format":1,"revision":7.5}'],
    ["a revision below zero", '{"format":1,"revision":-1}'],
    ["a revision beyond all numbers", '{"format":1,"revision":1e300}'],
    ["a revision in quotes", '{"format":1,"revision":"7"}'],
    ["damaged switches", '{"format":1,"revision":7,"switches":{"kill":"yes"}}'],
  ])("is not %s", (_what, text) => {
    expect(readSnapshot(text)).toBeUndefined();
  });

  it.each(["7", "null", "[]", '"web/fra"', '{"web/fra":7}', '{"fra":{"drained":true}}'])(
    "with %s for its origins is one in which all are good: no origin is out because of damage",
    (origins) => {
      const text = `{"format":1,"revision":7,"origins":${origins}}`;
      expect(readSnapshot(text)).toEqual({ ...EMPTY_SNAPSHOT, revision: 7 });
    },
  );

  it("stays within its limit with the most origins and lists of the longest names, beside the most purges", () => {
    const name = (index: number) => `${"p".repeat(64)}/${String(index).padStart(64, "o")}`;
    const down = { since: 1_764_345_600_000, because: "b".repeat(24) };
    const origins = originsTold(
      Object.fromEntries(
        Array.from({ length: MAX_ORIGINS_TOLD }, (_, index) => [name(index), { down, drained: true }]),
      ),
    );
    const lists = Object.fromEntries(
      Array.from({ length: MAX_WANTED }, (_, index) => [
        listKey({ name: String(index).padStart(64, "l"), url: "https://lists.test/" }),
        "0".repeat(32),
      ]),
    );
    const MOST_PURGES = 48_000; // purge-marks.test.ts
    const text = snapshotText({ ...SNAPSHOT, origins, lists });
    expect(Object.keys(readSnapshot(text)?.lists ?? {})).toHaveLength(MAX_WANTED);
    const bytes = text.length + MOST_PURGES;
    expect(bytes).toBeLessThan(MAX_SNAPSHOT_BYTES);
  });
});
