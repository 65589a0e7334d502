import { describe, expect, it } from "vitest";
import { leftoversIn } from "../../../../worker/publishing/leftovers.ts";
import { movesBy } from "../../../../worker/publishing/moves.ts";
import type { Present } from "../../../../worker/publishing/site-store.ts";
import { keysPointedTo } from "../../../../worker/publishing/what-is-stored.ts";
import { sitesWith, stored } from "./sites-with.ts";

/** `{ a: ["a", "b"], b: "a" }`: a holds the site of a and b, and b points to it. A string with a brace is a text of its own. */
function storeOf(held: Record<string, readonly string[] | string>): Present {
  return new Map(
    Object.entries(held).map(([host, what]) => {
      if (typeof what !== "string") return [`site:${host}`, stored(what)];
      return [`site:${host}`, /[{ ]/.test(what) ? what : JSON.stringify({ sameAs: what })];
    }),
  );
}

describe("the hosts that a push takes from another site", () => {
  const rows: [
    what: string,
    held: Record<string, readonly string[] | string>,
    files: string[][],
    moves: string[],
  ][] = [
    ["none in an empty store", {}, [["a", "b"]], []],
    ["none if nothing changes", { a: ["a", "b"], b: "a" }, [["a", "b"]], []],
    ["none if a host is new", { a: ["a"] }, [["a", "b"]], []],
    ["none if a host goes", { a: ["a", "b"], b: "a" }, [["a"]], []],
    ["none if the order changes", { a: ["a", "b", "c"], b: "a", c: "a" }, [["b", "c", "a"]], []],
    [
      "none if the order changes, and an earlier push broke off",
      { b: ["b", "a", "c"], a: ["a", "b", "c"], c: "a" },
      [["b", "a", "c"]],
      [],
    ],
    ["a further host of another site", { a: ["a", "b"], b: "a", c: ["c"] }, [["c", "b"]], ["b: a → c"]],
    ["a further host, by a new site", { a: ["a", "b"], b: "a" }, [["b"]], ["b: a → b"]],
    ["a further host, as the first of several", { a: ["a", "b"], b: "a" }, [["b", "c"]], ["b: a → b"]],
    ["the first host of another site", { a: ["a"], c: ["c"] }, [["c", "a"]], ["a: a → c"]],
    [
      "the first host, and whose site is gone then",
      { a: ["a", "b"], b: "a", c: ["c"] },
      [["c", "a"]],
      ["a: a → c, without b"],
    ],
    [
      "all hosts, by a site with a new first one",
      { a: ["a", "b"], b: "a" },
      [["c", "a", "b"]],
      ["a: a → c", "b: a → c"],
    ],
    [
      "a host, though both files are pushed",
      { a: ["a", "b"], b: "a", c: ["c"] },
      [["a"], ["c", "b"]],
      ["b: a → c"],
    ],
    [
      "two hosts that change places",
      { a: ["a", "b"], b: "a", c: ["c", "d"], d: "c" },
      [
        ["a", "d"],
        ["c", "b"],
      ],
      ["d: c → a", "b: a → c"],
    ],
    ["none that its old site no longer names", { a: ["a"], b: "a", c: ["c"] }, [["c", "b"]], []],
    ["none whose old site is gone", { b: "a", c: ["c"] }, [["c", "b"]], []],
    ["none that points to a pointer", { b: "a", a: "d", d: ["d", "a"], c: ["c"] }, [["c", "b"]], []],
    ["a host of a site put there by hand", { a: '{"hosts":["a","b"]}', b: "a" }, [["b"]], ["b: a → b"]],
    ["none from a text of its own that cannot be read", { a: "{ broken" }, [["a"]], []],
  ];

  it.each(rows)("%s", (_what, held, files, moves) => {
    const told = movesBy(sitesWith(files), storeOf(held)).map(
      ({ host, from, to, orphans }) =>
        `${host}: ${from} → ${to}${orphans.length > 0 ? `, without ${orphans.join(", ")}` : ""}`,
    );
    expect(told).toEqual(moves);
  });

  it("are known only with the sites to which the stored pointers lead", () => {
    expect(keysPointedTo(storeOf({ a: ["a"], b: "a", c: "x", d: "x" }))).toEqual(["site:x"]);
  });
});

describe("what a push leaves over", () => {
  const rows: [
    what: string,
    held: Record<string, readonly string[] | string>,
    files: string[][],
    over: string[],
  ][] = [
    ["nothing in an empty store", {}, [["a"]], []],
    ["nothing that a file names", { a: ["a", "b"], b: "a" }, [["a", "b"]], []],
    ["a pointer to a site of the push", { a: ["a", "b"], b: "a" }, [["a"]], ["pointer b"]],
    ["a pointer to any host of it", { a: ["a", "b", "c"], b: "a", c: "a" }, [["b", "a"]], ["pointer c"]],
    ["no pointer to another site", { a: ["a"], x: ["x", "y"], y: "x" }, [["a"]], []],
    ["no other site", { a: ["a"], x: ["x"] }, [["a"]], []],
    [
      "a site whose other hosts are all in one file",
      { a: ["a", "b", "c"], b: "b", c: "b" },
      [["b", "c"]],
      ["site a"],
    ],
    ["no site whose other hosts are in two files", { a: ["a", "b", "c"] }, [["b"], ["c"]], []],
    ["no site with a host that nobody names", { a: ["a", "b", "c"] }, [["b"]], []],
    ["no site put there by hand", { a: '{"hosts":["a","b"]}' }, [["b"]], []],
  ];

  it.each(rows)("%s", (_what, held, files, over) => {
    const told = leftoversIn(storeOf(held), sitesWith(files)).map(({ what, host }) => `${what} ${host}`);
    expect(told).toEqual(over);
  });
});
