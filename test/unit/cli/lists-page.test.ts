// The lines of address lists that `headgate status` prints.
import { expect, it } from "vitest";
import { isInTrouble, listLines } from "../../../cli/watching/lists-page.ts";
import { type ListWanted, listKey } from "../../../worker/keeping/list-wanted.ts";
import { hearLists, NO_LISTING, observeList } from "../../../worker/keeping/listing.ts";
import { listsSeen, readListsSeen } from "../../../worker/keeping/lists-seen.ts";

const NOW = 1_000_000_000;
const wanted = (name: string): ListWanted => ({
  name,
  url: `https://lists.test/${name}?key=secret`,
  everyMs: 3_600_000,
});
const lists = [wanted("page"), wanted("drop"), wanted("new"), wanted("old")];
const read = { kind: "read", good: { digest: "0".repeat(32), ranges: 1_234 }, skipped: 0 } as const;

const LISTING = [
  ["drop", read, NOW - 300_000],
  ["old", read, NOW - 7_200_000],
  ["old", { kind: "failed", because: "timeout" } as const, NOW - 3_700_000],
  ["page", { kind: "failed", because: "html" } as const, NOW - 59_999],
].reduce(
  (listing, [name, result, at]) =>
    observeList(listing, listKey(wanted(name as string)), result as typeof read, at as number),
  hearLists(NO_LISTING, lists, NOW - 10_000_000),
);
const SEEN = listsSeen(LISTING);

it("say what is in force, since when, and what is wrong", () => {
  const plain = listLines(SEEN, NOW, (_style, text) => text);
  expect(plain).toEqual([
    "  list drop  1234 ranges, read 5m ago",
    "  list new  never read",
    "  list old  1234 ranges, read 2h ago, failing for 1h (timeout)",
    "  list page  never read, failing for 59s (html)",
  ]);
  expect(SEEN.filter(isInTrouble).map(({ name }) => name)).toEqual(["new", "old", "page"]);
  expect(JSON.stringify(SEEN)).not.toContain("secret");
});

it("are told as they were received, and what is something else is left out", () => {
  const told: unknown = JSON.parse(JSON.stringify(SEEN));
  expect(readListsSeen(told)).toEqual(SEEN);
  const others = [
    null,
    7,
    {},
    { name: "a" },
    { name: "a", good: 7, failing: null },
    { name: 7, good: null, failing: null },
  ];
  expect(readListsSeen([...others, { name: "a", good: null, failing: { because: 1, since: 1 } }])).toEqual(
    [],
  );
  for (const value of [undefined, null, {}, "x"]) expect(readListsSeen(value)).toEqual([]);
});
