import { describe, expect, it } from "vitest";
import { err, ok } from "../../../shared/result.ts";
import { ageOf, type Kept, SiteShelf } from "../../../worker/routing/site-shelf.ts";

const RULES = { refreshAfterMs: 10_000, expireAfterMs: 60_000 };
const kept = (size: number, found: Kept["found"] = ok({ sameAs: "a.test" })): Kept => ({
  version: "v",
  found,
  size,
  readAt: 1_000,
});
const absent = kept(0, ok(undefined));

describe("the age of what is kept", () => {
  it("is fresh, then due for a refresh, then expired", () => {
    const age = (now: number) => ageOf(kept(10), now, RULES);
    expect([1_000, 10_999, 11_000, 60_999, 61_000].map(age)).toEqual([
      "fresh",
      "fresh",
      "due",
      "due",
      "expired",
    ]);
  });

  it("counts alike where nothing is stored", () => {
    expect(ageOf(absent, 11_000, RULES)).toBe("due");
  });

  it("is expired after a second where there is nothing to serve meanwhile", () => {
    const broken = kept(10, err("site-invalid"));
    expect([ageOf(broken, 1_999, RULES), ageOf(broken, 2_000, RULES)]).toEqual(["fresh", "expired"]);
  });
});

describe("the shelf", () => {
  it("stays within its bounds with 10,000 sites of 5 kB, and holds the newest", () => {
    const shelf = new SiteShelf(RULES);
    for (let site = 0; site < 10_000; site++) shelf.keep(`s${site}.test`, kept(5_000));
    const held = Array.from({ length: 10_000 }, (_, site) => shelf.get(`s${site}.test`)).filter(
      Boolean,
    ).length;
    expect(held).toBe(Math.floor(1_500_000 / 5_300));
    expect(shelf.get("s9999.test")).toBeDefined();
  });

  it("has room for 1,500,000 characters of sites, with 300 for each site besides", () => {
    const shelf = new SiteShelf(RULES);
    shelf.keep("a.test", kept(700_000 - 300));
    shelf.keep("b.test", kept(800_000 - 300));
    expect([shelf.get("a.test")?.size, shelf.get("b.test")?.size]).toEqual([699_700, 799_700]);
    shelf.keep("b.test", kept(800_000 - 299));
    expect([shelf.get("a.test"), shelf.get("b.test")?.size]).toEqual([undefined, 799_701]);
  });

  it("counts a stored text as a site, however short and unusable it is", () => {
    const shelf = new SiteShelf(RULES);
    shelf.keep("bad.test", kept(1, err("site-invalid")));
    for (let host = 0; host < 10_001; host++) shelf.keep(`made-up-${host}.test`, absent);
    expect(shelf.get("bad.test")).toBeDefined();
  });

  it("gives up no site for hosts that somebody made up, and keeps a bounded number of those", () => {
    const shelf = new SiteShelf(RULES);
    shelf.keep("shop.test", kept(5_000));
    for (let host = 0; host < 50_000; host++) shelf.keep(`made-up-${host}.test`, absent);
    expect(shelf.get("shop.test")).toBeDefined();
    const held = Array.from({ length: 50_000 }, (_, host) => shelf.get(`made-up-${host}.test`)).filter(
      Boolean,
    );
    expect(held).toHaveLength(10_000);
  });

  it("holds one thing under a pattern, a site or nothing", () => {
    const shelf = new SiteShelf(RULES);
    shelf.keep("shop.test", kept(10));
    shelf.keep("shop.test", absent);
    expect(shelf.get("shop.test")?.found).toEqual(ok(undefined));
    shelf.keep("shop.test", kept(10));
    expect(shelf.get("shop.test")?.found).toEqual(ok({ sameAs: "a.test" }));
    // Nor does it remember the former state once the site has had to make room.
    shelf.keep("large.test", kept(1_500_000));
    expect(shelf.get("shop.test")).toBeUndefined();
  });

  it("lets one request read a pattern at a time, and takes a reading for lost that does not come back", () => {
    const shelf = new SiteShelf(RULES);
    expect(shelf.claimReading("shop.test", 0)).toBe(true);
    expect(shelf.claimReading("shop.test", 9_999)).toBe(false);
    expect(shelf.claimReading("other.test", 0)).toBe(true);
    expect(shelf.claimReading("shop.test", 10_000)).toBe(true);
    shelf.keep("shop.test", kept(10));
    expect(shelf.claimReading("shop.test", 10_001)).toBe(true);
  });
});
