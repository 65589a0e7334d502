// The lists that a keeper reads: when, how often again, and what stays in force when a reading fails.
import { describe, expect, it } from "vitest";
import { type ListWanted, listKey, readWanted } from "../../../worker/keeping/list-wanted.ts";
import {
  dueLists,
  hearLists,
  type Listing,
  type ListResult,
  listsToldOf,
  NO_LISTING,
  nextListAt,
  observeList,
  readListing,
  taken,
} from "../../../worker/keeping/listing.ts";
import { NO_LISTS_TOLD, readListsTold } from "../../../worker/keeping/lists-told.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = 1_000_000_000;

const wanted = (name: string, more: Partial<ListWanted> = {}): ListWanted => ({
  name,
  url: `https://lists.test/${name}`,
  everyMs: HOUR,
  ...more,
});
const DROP = wanted("drop");
const KEY = listKey(DROP);
const digest = (digit: string) => digit.repeat(32);
const read = (digit: string): ListResult => ({
  kind: "read",
  good: { digest: digest(digit), ranges: 3, etag: '"1"' },
  skipped: 0,
});
const failed = (because: "timeout" | "html"): ListResult => ({ kind: "failed", because });
const dueNames = (listing: Listing, now: number) => dueLists(listing, now).map(({ name }) => name);

describe("the lists of a site", () => {
  const BAD = wanted("bad");

  it("are read before those that have failed lately", () => {
    let listing = hearLists(NO_LISTING, [BAD, DROP], NOW);
    expect(dueNames(listing, NOW)).toEqual(["bad", "drop"]);
    listing = observeList(listing, listKey(BAD), failed("timeout"), NOW);
    expect(dueNames(listing, NOW + DAY)).toEqual([]); // nobody has told of them for so long
    listing = hearLists(listing, [BAD, DROP], NOW + DAY);
    expect(dueNames(listing, NOW + DAY)).toEqual(["drop", "bad"]);
  });

  it("have a bound together, so that they do not push out those of other sites", () => {
    const sized = (digit: string, ranges: number): ListResult => ({
      kind: "read",
      good: { digest: digest(digit), ranges },
      skipped: 0,
    });
    let listing = hearLists(NO_LISTING, [BAD, DROP, wanted("third")], NOW);
    for (const [list, digit] of [
      [DROP, "a"],
      [BAD, "b"],
    ] as const) {
      const result = sized(digit, 200_000);
      expect(taken(listing, listKey(list), result)).toBe(result);
      listing = observeList(listing, listKey(list), result, NOW);
    }
    const third = listKey(wanted("third"));
    expect(taken(listing, third, sized("c", 1))).toEqual({ kind: "failed", because: "too-many-together" });
    // In place of what it had before.
    expect(taken(listing, KEY, sized("d", 200_000)).kind).toBe("read");
    expect(taken(listing, third, failed("html"))).toEqual(failed("html"));
  });
});

describe("a list that is wanted", () => {
  it("is due at once, and again after its time", () => {
    const heard = hearLists(NO_LISTING, [DROP], NOW);
    expect(dueNames(heard, NOW)).toEqual(["drop"]);
    const after = observeList(heard, KEY, read("a"), NOW + 5_000);
    expect(dueNames(after, NOW + 5_000)).toEqual([]);
    expect(nextListAt(after, NOW + 5_000)).toBe(NOW + 5_000 + HOUR);
    const told = hearLists(after, [DROP], NOW + 5_000 + HOUR);
    expect(dueNames(told, NOW + 5_000 + HOUR)).toEqual(["drop"]);
  });

  it("is told by its digest, and stays in force whatever comes after it", () => {
    let listing = hearLists(NO_LISTING, [DROP], NOW);
    expect(listsToldOf(listing, NO_LISTS_TOLD)).toBe(NO_LISTS_TOLD);
    listing = observeList(listing, KEY, read("a"), NOW);
    const told = listsToldOf(listing, NO_LISTS_TOLD);
    expect(told).toEqual({ [KEY]: digest("a") });
    for (const result of [failed("html"), { kind: "unchanged" } as const, failed("timeout")]) {
      listing = observeList(listing, KEY, result, NOW + HOUR);
      expect(listsToldOf(listing, told)).toBe(told);
    }
    expect(listsToldOf(observeList(listing, KEY, read("b"), NOW + HOUR), told)).toEqual({
      [KEY]: digest("b"),
    });
  });

  it("that is unchanged is as good as read: it is not failing, and is due after its time", () => {
    let listing = observeList(hearLists(NO_LISTING, [DROP], NOW), KEY, read("a"), NOW);
    listing = observeList(listing, KEY, failed("html"), NOW + 1);
    listing = observeList(listing, KEY, { kind: "unchanged" }, NOW + 2);
    expect(listing[KEY]).toMatchObject({
      dueAt: NOW + 2 + HOUR,
      good: { digest: digest("a"), ranges: 3, at: NOW + 2 },
    });
    expect(listing[KEY]?.failing).toBeUndefined();
  });

  it("is one of so many at most, of which those that are told now stay", () => {
    const before = hearLists(
      NO_LISTING,
      [...Array(32)].map((_, at) => wanted(`old${at}`)),
      NOW,
    );
    const after = hearLists(before, [DROP], NOW + 1);
    expect(Object.keys(after)).toHaveLength(32);
    expect(after[KEY]).toBeDefined();
  });

  it("is tried again soon after a failure, then less and less often, and never more seldom than it is wanted", () => {
    let listing = hearLists(NO_LISTING, [DROP], NOW);
    const pauses = [...Array(8)].map(() => {
      listing = observeList(listing, KEY, failed("timeout"), NOW);
      return (Number(listing[KEY]?.dueAt) - NOW) / MINUTE;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(listing[KEY]?.failing).toEqual({ because: "timeout", since: NOW, times: 8 });
    listing = observeList(listing, KEY, read("a"), NOW);
    expect(listing[KEY]?.failing).toBeUndefined();
    listing = observeList(listing, KEY, failed("html"), NOW + 1);
    expect(listing[KEY]).toMatchObject({ dueAt: NOW + 1 + MINUTE, failing: { since: NOW + 1, times: 1 } });
  });

  it("that never was read and is said to be unchanged has failed", () => {
    const listing = observeList(hearLists(NO_LISTING, [DROP], NOW), KEY, { kind: "unchanged" }, NOW);
    expect(listing[KEY]?.failing?.because).toBe("304");
  });

  it("is read sooner if it is wanted more often, or if the clock was set back", () => {
    const good = observeList(hearLists(NO_LISTING, [DROP], NOW), KEY, read("a"), NOW);
    expect(nextListAt(hearLists(good, [wanted("drop", { everyMs: MINUTE })], NOW), NOW)).toBe(NOW + MINUTE);
    expect(nextListAt(hearLists(good, [DROP], NOW - DAY), NOW - DAY)).toBe(NOW - DAY + HOUR);
  });

  it("is not read while nobody asks for the site, and at once when somebody does", () => {
    const good = observeList(hearLists(NO_LISTING, [DROP], NOW), KEY, read("a"), NOW);
    expect(nextListAt(good, NOW + 10 * MINUTE)).toBeUndefined();
    expect(dueNames(good, NOW + 30 * DAY)).toEqual([]);
    const again = hearLists(good, [DROP], NOW + 30 * DAY);
    expect(dueNames(again, NOW + 30 * DAY)).toEqual(["drop"]);
    expect(again[KEY]?.good?.digest).toBe(digest("a"));
  });

  it("is forgotten a day after the last version that wanted it", () => {
    const both = hearLists(NO_LISTING, [DROP, wanted("old")], NOW);
    expect(Object.keys(hearLists(both, [DROP], NOW + DAY - 1))).toHaveLength(2);
    expect(Object.keys(hearLists(both, [DROP], NOW + DAY))).toEqual([KEY]);
    expect(hearLists(both, [], NOW + DAY)).toBe(both); // a version without lists tells none
  });

  it("is another one at another URL", () => {
    const moved = wanted("drop", { url: "https://lists.test/moved" });
    const listing = hearLists(NO_LISTING, [DROP, moved], NOW);
    expect(Object.keys(listing)).toHaveLength(2);
    expect(listsToldOf(observeList(listing, listKey(moved), read("a"), NOW), {})).toEqual({
      [listKey(moved)]: digest("a"),
    });
  });

  it("is the same after it was stored, and what is damaged is forgotten", () => {
    const listing = observeList(hearLists(NO_LISTING, [DROP], NOW), KEY, read("a"), NOW);
    expect(readListing(JSON.parse(JSON.stringify(listing)))).toEqual(listing);
    const damaged = [
      undefined,
      { [KEY]: { ...listing[KEY], url: 7 } },
      { [KEY]: { ...listing[KEY], dueAt: "soon" } },
      { [KEY]: { ...listing[KEY], failing: "timeout" } },
      { [KEY]: { ...listing[KEY], good: "yes" } },
      { [KEY]: { ...listing[KEY], good: { ...listing[KEY]?.good, digest: 7 } } },
      { [KEY]: { ...listing[KEY], good: { ...listing[KEY]?.good, digest: "x" } } },
      null,
      3,
      "x",
      [],
      { [KEY]: null },
      { [KEY]: { ...listing[KEY], good: { digest: "x" } } },
      { x: listing[KEY] },
    ];
    for (const value of damaged) expect(readListing(value)).toEqual({});
  });
});

describe("what is told of lists", () => {
  it("is read strictly", () => {
    expect(readWanted([DROP])).toEqual([DROP]);
    for (const value of [
      null,
      {},
      [null],
      [{ ...DROP, url: "file:///etc/passwd" }],
      [{ ...DROP, url: "javascript:1" }],
      [{ ...DROP, everyMs: 1_000 }],
      [{ ...DROP, everyMs: Number.NaN }],
      [{ ...DROP, name: "a/b" }],
      [...Array(33)].map((_, at) => wanted(`l${at}`)),
    ])
      expect(readWanted(value), JSON.stringify(value)).toBeUndefined();
  });

  it("is read leniently by isolates", () => {
    expect(
      readListsTold({ [KEY]: digest("a"), other: digest("b"), [`x${KEY}`]: 3, [`y${KEY}`]: "short" }),
    ).toEqual({
      [KEY]: digest("a"),
    });
    for (const value of [undefined, null, [], "x", { x: 1 }])
      expect(readListsTold(value)).toBe(NO_LISTS_TOLD);
  });
});
