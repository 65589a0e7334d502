// What do the marks say of a stored response? By tables, and by random histories against a model that remembers every purge.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge, mayStandIn } from "../../../worker/caching/law/judge.ts";
import { asStale, asUnconfirmed, markedAt, purgedBy } from "../../../worker/caching/law/purged.ts";
import { fold } from "../../../worker/keeping/folded-marks.ts";
import { type Named, nameOf, namesOf } from "../../../worker/keeping/mark-names.ts";
import { hashOf } from "../../../worker/keeping/name-hash.ts";
import { applyPurge } from "../../../worker/keeping/purge-command.ts";
import { addMark, NO_PURGES, type PurgeMarks } from "../../../worker/keeping/purge-marks.ts";
import type { PurgeMode, PurgeTarget } from "../../../worker/keeping/purge-target.ts";
import { anEntry, NOW as ENTRY_NOW } from "./an-entry.ts";

const NOW = 1_764_345_600_000;
const PAGE: Named = { url: "a.test/x/y?z", hosts: ["a.test"], path: "/x/y", tags: ["news"] };

function purged(marks: PurgeMarks, revision: number, named: Named = PAGE, now = NOW): PurgeMode | undefined {
  const purged = purgedBy(marks, revision, named, now);
  return purged === "later" ? undefined : purged;
}

function marksOf(what: PurgeTarget, mode: PurgeMode = "hard", overMs = 0): PurgeMarks {
  const marks = applyPurge(NO_PURGES, { kind: "purge", what, mode, overMs }, { revision: 10, now: NOW });
  if (!marks.ok) throw new Error(marks.error.reason);
  return marks.value;
}

describe("a response of an earlier revision is purged by", () => {
  const targets: PurgeTarget[] = [
    { by: "all" },
    { by: "host", host: "a.test" },
    { by: "url", key: "a.test/x/y?z" },
    { by: "prefix", host: "a.test", path: "/" },
    { by: "prefix", host: "a.test", path: "/x" },
    { by: "prefix", host: "a.test", path: "/x/y" },
    { by: "tag", tag: "news" },
    { by: "tag", tag: "news", host: "a.test" },
  ];
  it.each(targets)("%j", (what) => {
    expect(purged(marksOf(what), 9)).toBe("hard");
    expect(purged(marksOf(what, "soft"), 9)).toBe("soft");
    expect(purged(marksOf(what), 10)).toBeUndefined();
    expect(purged(marksOf(what), 11)).toBeUndefined();
  });
});

describe("a response is not purged by", () => {
  const targets: PurgeTarget[] = [
    { by: "host", host: "b.test" },
    { by: "url", key: "a.test/x/y" },
    { by: "prefix", host: "a.test", path: "/x/y/z" },
    { by: "prefix", host: "a.test", path: "/x/yy" },
    { by: "prefix", host: "b.test", path: "/x" },
    { by: "tag", tag: "new" },
    { by: "tag", tag: "a.test" },
    { by: "tag", tag: "news", host: "b.test" },
  ];
  it.each(targets)("%j", (what) => {
    expect(purged(marksOf(what), 9)).toBeUndefined();
  });
});

it("a hard purge outweighs a soft one of another name", () => {
  const soft = marksOf({ by: "all" }, "soft");
  const both = addMark(soft, { name: "t:news", mode: "hard", revision: 11, overMs: 0 }, NOW);
  expect(purged(both, 9)).toBe("hard");
  expect(purged(addMark(soft, { name: "t:news", mode: "hard", revision: 8, overMs: 0 }, NOW), 8)).toBe(
    "soft",
  );
});

describe("of folded marks", () => {
  const FOLDED: PurgeMarks = {
    newest: 20,
    exact: { "t:other": { hard: 20 } },
    folded: fold(
      [],
      [
        { name: "t:news", mode: "hard", upTo: 9 },
        { name: "h:b.test", mode: "soft", upTo: 10 },
      ],
    ),
  };

  it("those count that are newer than the response", () => {
    expect(purged(FOLDED, 9)).toBe("hard");
    expect(purged(FOLDED, 10)).toBeUndefined();
    expect(purged(FOLDED, 9, { ...PAGE, tags: [], hosts: ["b.test"] })).toBe("soft");
    expect(purged(FOLDED, 9, { ...PAGE, tags: [] })).toBeUndefined();
  });

  it("the latest is known", () => {
    expect(markedAt(FOLDED, PAGE)).toBe(10); // the revision of the table
    expect(markedAt(FOLDED, { ...PAGE, tags: ["other"] })).toBe(20);
    expect(markedAt(FOLDED, { ...PAGE, tags: [] })).toBe(0);
  });
});

describe("a spread", () => {
  const HOUR = 3_600_000;
  const marks = marksOf({ by: "all" }, "soft", HOUR);
  const page = (index: number): Named => ({ ...PAGE, url: `a.test/${index}` });
  const expired = (ms: number) =>
    Array.from({ length: 2_000 }, (_, index) => purged(marks, 9, page(index), NOW + ms)).filter(
      (mode) => mode === "soft",
    ).length;

  it("has purged nothing at its beginning and everything at its end", () => {
    expect(expired(-1)).toBe(0);
    expect(expired(HOUR)).toBe(2_000);
  });

  it.each([0.1, 0.25, 0.5, 0.9])("has purged about its share after %d of it", (share) => {
    expect(expired(HOUR * share) / 2_000).toBeCloseTo(share, 1);
  });

  it("purges all variants and slices of a URL at the same time, once and for all", () => {
    const at = NOW + HOUR * (hashOf(PAGE.url).one / 2 ** 32);
    expect(purged(marks, 9, PAGE, at - 1)).toBeUndefined();
    expect(purged(marks, 9, { ...PAGE, tags: [] }, at + 1)).toBe("soft");
  });

  it("tells that it has not come to a response yet, which therefore has to be compared again", () => {
    expect(purgedBy(marks, 9, PAGE, NOW - 1)).toBe("later");
    expect(purgedBy(marks, 10, PAGE, NOW - 1)).toBeUndefined();
    expect(
      purgedBy(
        addMark(marks, { name: "t:news", mode: "hard", revision: 11, overMs: 0 }, NOW),
        9,
        PAGE,
        NOW - 1,
      ),
    ).toBe("hard");
  });

  it("leaves what was asked for after it began", () => {
    expect(purged(marks, 10, PAGE, NOW + HOUR)).toBeUndefined();
  });
});

interface Purge {
  readonly what: PurgeTarget;
  readonly mode: PurgeMode;
  readonly overMs: number;
  readonly at: number;
}

const hosts = fc.constantFrom("a.test", "b.test");
const paths = fc
  .array(fc.constantFrom("x", "y", "xx"), { maxLength: 3 })
  .map((segments) => `/${segments.join("/")}`);
const tags = fc.constantFrom("news", "de", "a.test", "toString", "__proto__");
const targets: fc.Arbitrary<PurgeTarget> = fc.oneof(
  fc.constant<PurgeTarget>({ by: "all" }),
  hosts.map((host): PurgeTarget => ({ by: "host", host })),
  fc.tuple(hosts, paths).map(([host, path]): PurgeTarget => ({ by: "url", key: host + path })),
  fc.tuple(hosts, paths).map(([host, path]): PurgeTarget => ({ by: "prefix", host, path })),
  tags.map((tag): PurgeTarget => ({ by: "tag", tag })),
  fc.tuple(hosts, tags).map(([host, tag]): PurgeTarget => ({ by: "tag", tag, host })),
);
const purges: fc.Arbitrary<Omit<Purge, "at"> & { readonly after: number }> = fc.record({
  what: targets,
  mode: fc.constantFrom("hard", "soft"),
  overMs: fc.constantFrom(0, 0, 1_000, 5_000),
  after: fc.nat(2_000),
});
const responses = fc
  .tuple(hosts, paths, fc.uniqueArray(tags, { maxLength: 3 }))
  .map(([host, path, own]): Named => ({ url: host + path, hosts: [host], path, tags: own }));

/** How a purge is meant, without names, marks or hashes. */
function covers(what: PurgeTarget, { url, hosts: [host = ""], path, tags: own }: Named): boolean {
  switch (what.by) {
    case "all":
      return true;
    case "host":
      return what.host === host;
    case "url":
      return what.key === url;
    case "prefix": {
      if (what.host !== host) return false;
      const prefix = what.path.split("/").filter((segment) => segment !== "");
      const segments = path.split("/").slice(1);
      return prefix.every((segment, index) => segments[index] === segment);
    }
    case "tag":
      return own.includes(what.tag) && (what.host === undefined || what.host === host);
  }
}

/** By all purges since the response was asked for. The latest that a purge may take effect is at the end of its spread. */
function byModel(
  history: readonly Purge[],
  revision: number,
  named: Named,
  now: number,
): { readonly must: PurgeMode | undefined; readonly may: ReadonlySet<PurgeMode> } {
  const since = history.filter(({ what }, index) => index + 1 > revision && covers(what, named));
  const point = hashOf(named.url).one / 2 ** 32;
  const inForce = since.filter(({ at, overMs }) => now >= at + overMs * point).map(({ mode }) => mode);
  const must = inForce.includes("hard") ? "hard" : inForce[0];
  return { must, may: new Set(since.map(({ mode }) => mode)) };
}

const RANK = { none: 0, soft: 1, hard: 2 };
const rankOf = (mode: PurgeMode | undefined): number => RANK[mode ?? "none"];

function played(given: readonly (Omit<Purge, "at"> & { readonly after: number })[]) {
  let at = NOW;
  let marks = NO_PURGES;
  const history: Purge[] = [];
  for (const { after, ...purge } of given) {
    at += after;
    history.push({ ...purge, at });
    const next = applyPurge(marks, { kind: "purge", ...purge }, { revision: history.length, now: at });
    if (!next.ok) throw new Error(next.error.reason);
    marks = JSON.parse(JSON.stringify(next.value)) as PurgeMarks;
  }
  return { history, marks, at };
}

describe("random histories", () => {
  it("purge what the model purges, and nothing that no purge covers", () => {
    fc.assert(
      fc.property(
        fc.array(purges, { maxLength: 12 }),
        responses,
        fc.nat(12),
        fc.nat(8_000),
        (given, named, revision, later) => {
          const { history, marks, at } = played(given);
          const { must, may } = byModel(history, revision, named, at + later);
          const mode = purged(marks, revision, named, at + later);
          expect(rankOf(mode)).toBeGreaterThanOrEqual(rankOf(must));
          if (mode !== undefined) expect(may).toContain(mode);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("without spreads purge exactly what the model purges", () => {
    const atOnce = purges.map((purge) => ({ ...purge, overMs: 0 }));
    fc.assert(
      fc.property(fc.array(atOnce, { maxLength: 12 }), responses, fc.nat(12), (given, named, revision) => {
        const { history, marks, at } = played(given);
        expect(purged(marks, revision, named, at)).toBe(byModel(history, revision, named, at).must);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("10,000 marks", () => {
  const nameOfMark = (index: number): string => nameOf({ by: "tag", tag: `product-${index}` });
  let marks = NO_PURGES;
  for (let index = 0; index < 10_000; index++) {
    const mode = index % 2 === 0 ? "hard" : "soft";
    marks = addMark(marks, { name: nameOfMark(index), mode, revision: index + 1, overMs: 0 }, NOW);
  }
  const product = (index: number): Named => ({
    url: `a.test/products/${index}`,
    hosts: ["a.test"],
    path: `/products/${index}`,
    tags: [`product-${index}`],
  });

  it("miss no response that one of them covers", () => {
    for (let index = 0; index < 10_000; index++) {
      const mode = purged(marks, index, product(index));
      expect(rankOf(mode)).toBeGreaterThanOrEqual(index % 2 === 0 ? RANK.hard : RANK.soft);
    }
  });

  it("purge few others, even of those that are older than all marks", () => {
    let without = 0;
    for (let index = 10_000; index < 20_000; index++) if (purged(marks, 0, product(index))) without++;
    expect(without / 10_000).toBeLessThan(0.1);
    expect(without).toBeGreaterThan(0); // it would mean that nothing is folded
  });

  it("leave what was asked for after them", () => {
    for (let index = 0; index < 10_000; index++) {
      expect(purged(marks, 10_000, product(index))).toBeUndefined();
    }
  });

  it("stay right when there are four times as many", () => {
    let more = marks;
    for (let index = 10_000; index < 40_000; index++) {
      more = addMark(more, { name: nameOfMark(index), mode: "hard", revision: index + 1, overMs: 0 }, NOW);
    }
    for (let index = 0; index < 40_000; index += 7) {
      expect(purged(more, index, product(index)), `${index}`).toBeDefined();
    }
    // The newest ones are as exact as before, so a response that was stored not long ago seldom suffers.
    let without = 0;
    for (let index = 200_000; index < 202_000; index++) if (purged(more, 38_000, product(index))) without++;
    expect(without / 2_000).toBeLessThan(0.1);
  });
});

describe("a response that must be confirmed", () => {
  const fields = {
    "cache-control": "max-age=600, stale-while-revalidate=60, stale-if-error=60",
    etag: '"1"',
  };
  const entry = anEntry(fields);
  const later = ENTRY_NOW + 10_000;

  it("by a soft purge is stale from now on, and is not served while it is refreshed", () => {
    expect(judge(entry, later).kind).toBe("fresh");
    expect(judge(asStale(entry, later), later)).toMatchObject({ kind: "revalidate", because: "stale" });
    expect(mayStandIn(asStale(entry, later), "error", later)).toBe(true);
  });

  it("may not stand in for an origin if it could not without the purge", () => {
    const strict = asStale(anEntry({ "cache-control": "max-age=600, must-revalidate" }), later);
    expect(mayStandIn(strict, "error", later)).toBe(false);
    expect(mayStandIn(strict, "disconnected", later)).toBe(false);
  });

  it("that is stale already does not grow younger", () => {
    const old = ENTRY_NOW + 700_000;
    expect(asStale(entry, old).terms.freshForMs).toBe(600_000);
    expect(mayStandIn(asStale(entry, old), "error", old)).toBe(false);
  });

  it("because the purges are unknown stands in for nothing", () => {
    const unconfirmed = asUnconfirmed(entry, later);
    expect(judge(unconfirmed, later).kind).toBe("revalidate");
    expect(mayStandIn(unconfirmed, "error", later)).toBe(false);
    expect(mayStandIn(unconfirmed, "disconnected", later)).toBe(false);
  });
});

describe("the latest purge that covers a resource", () => {
  it("is known from its marks", () => {
    expect(markedAt(NO_PURGES, PAGE)).toBe(0);
    const marks = addMark(marksOf({ by: "tag", tag: "other" }), SOFT_HOST, NOW);
    expect(markedAt(marks, PAGE)).toBe(12);
    expect(markedAt(marks, { ...PAGE, hosts: ["b.test"] })).toBe(0);
  });

  it("is known from folded marks too", () => {
    let marks = addMark(NO_PURGES, { ...SOFT_HOST, overMs: 0 }, NOW);
    for (let index = 0; index < 1_000; index++) {
      marks = addMark(marks, { name: `t:${index}`, mode: "hard", revision: 13 + index, overMs: 0 }, NOW);
    }
    expect(marks.exact).not.toHaveProperty(["h:a.test"]);
    expect(markedAt(marks, PAGE)).toBeGreaterThanOrEqual(12);
  });

  const SOFT_HOST = { name: "h:a.test", mode: "soft", revision: 12, overMs: 1_000 } as const;
});

it("names that collide with nothing are as many as a response has", () => {
  expect(new Set(namesOf(PAGE)).size).toBe(8);
});
