// Two publishers at the same moment, over a store that compares before it changes: what was acknowledged to one of them is not undone
// by the other one, who decided on what was there before.
import { describe, expect, it } from "vitest";
import { versionKey } from "../../../shared/site/site-record.ts";
import { siteKey } from "../../../shared/site/stored.ts";
import { DAY_MS, MEANWHILE, NOW, Publishers } from "../../support/publishers.ts";

const overtaken = { ok: false, error: { reason: "changed-meanwhile", failure: MEANWHILE } };

describe("a change that was decided on what somebody else has changed meanwhile", () => {
  it.each([1, 2, 3])("does not undo a push: a rollback, after reading %i", async (readings) => {
    const both = new Publishers();
    await both.push("one", ["a.test", "www.a.test"]);
    await both.push("two", ["a.test", "www.a.test"]);
    let pushed: string | undefined;
    both.store.meanwhile(async () => {
      pushed = (await both.push("three", ["a.test", "www.a.test"])).version;
    }, readings);
    expect(await both.rollback("a.test")).toMatchObject(overtaken);
    expect(pushed).toBeDefined();
    expect(both.live("a.test")).toBe(pushed);
  });

  it.each([1, 2])("does not undo a push: a removal of the site, after reading %i", async (readings) => {
    const both = new Publishers();
    await both.push("one", ["a.test", "www.a.test"]);
    let pushed: string | undefined;
    both.store.meanwhile(async () => {
      pushed = (await both.push("two", ["a.test", "www.a.test"])).version;
    }, readings);
    expect(await both.remove("a.test")).toMatchObject(overtaken);
    expect(pushed).toBeDefined();
    expect(both.live("a.test")).toBe(pushed);
  });

  it("takes no host from the site that has got it: a removal of the site that had it", async () => {
    const both = new Publishers();
    await both.push("one", ["a.test", "www.a.test"]);
    both.store.meanwhile(
      () => both.push("other", ["b.test", "www.a.test"], { takeHosts: ["www.a.test"] }),
      2,
    );
    expect(await both.remove("a.test")).toMatchObject(overtaken);
    expect(both.store.held.get(siteKey("www.a.test"))).toBe('{"sameAs":"b.test"}');
  });

  it("removes no site that came in place of a pointer", async () => {
    const both = new Publishers();
    await both.push("one", ["a.test", "www.a.test"]);
    let pushed: string | undefined;
    both.store.meanwhile(async () => {
      pushed = (await both.push("own", ["www.a.test"], { takeHosts: ["www.a.test"] })).version;
    });
    expect(await both.remove("www.a.test")).toMatchObject(overtaken);
    expect(pushed).toBeDefined();
    expect(both.live("www.a.test")).toBe(pushed);
  });

  it("removes no site that was pushed again: a push that removes its host", async () => {
    const both = new Publishers();
    await both.push("old", ["old.test"]);
    let pushed: string | undefined;
    both.store.meanwhile(async () => {
      pushed = (await both.push("new", ["old.test"])).version;
    });
    const { removed } = await both.push("one", ["a.test"], { removeHosts: ["old.test"] });
    expect(removed).toMatchObject({ failure: MEANWHILE });
    expect(both.live("old.test")).toBe(pushed);
  });

  it("leaves no record without its text: a removal of the same site, whose texts go while it is pushed again", async () => {
    const both = new Publishers();
    const { version } = await both.push("one", ["a.test"]);
    const [record, text] = [siteKey("a.test"), versionKey("a.test", version)];
    await both.store.remove([record]); // the texts are next
    both.store.afterWriting(() => both.store.remove([text], new Map([[record, null]])));
    const { written } = await both.push("one", ["a.test"]);
    expect(written).toMatchObject({ failure: MEANWHILE, isOvertaken: true });
    expect([both.store.held.has(record), both.store.held.has(text)]).toEqual([false, false]);
    expect((await both.push("one", ["a.test"])).written.failure).toBeUndefined();
    expect(both.live("a.test")).toBe(version);
  });

  it("removes no text of a version that is live again", async () => {
    const both = new Publishers();
    for (let count = 0; count <= 20; count++) await both.push(`number ${count}`, ["a.test"]);
    let pushed: string | undefined;
    both.store.meanwhile(async () => {
      pushed = (await both.push("number 0", ["a.test"], {}, NOW + DAY_MS / 2)).version;
    });
    const { written } = await both.push("last", ["a.test"], {}, NOW + 2 * DAY_MS);
    expect(written.failure).toBe(MEANWHILE);
    expect(pushed).toBeDefined();
    expect(both.live("a.test")).toBe(pushed);
  });
});
