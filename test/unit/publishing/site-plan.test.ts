// What a push makes of a site that stood there before, in another form or in another's place.
import { describe, expect, it } from "vitest";
import { recordText, type SiteRecord, versionKey } from "../../../shared/site/site-record.ts";
import { siteKey } from "../../../shared/site/stored.ts";
import { checkFile } from "../../../worker/publishing/check-file.ts";
import type { CheckedFile } from "../../../worker/publishing/checked-file.ts";
import { planOf } from "../../../worker/publishing/site-plan.ts";
import type { Present } from "../../../worker/publishing/site-store.ts";
import { standingSite } from "../../../worker/publishing/standing-site.ts";

const NOW = "2026-11-28T16:00:00.000Z";
const NAME = "a.test";

async function fileSaying(body: string, hosts: readonly string[] = [NAME]): Promise<CheckedFile> {
  const checked = await checkFile(
    { hosts, routes: [{ id: "all", respond: { body } }] },
    undefined,
    Date.parse(NOW),
  );
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return checked.value;
}

async function planned(file: CheckedFile, present: Present, texts: Present = new Map(), share?: number) {
  const standing = await standingSite(NAME, present);
  return planOf(file, { standing, present, texts }, { now: NOW, salt: "salt", share });
}

/** The record of a site whose only version is live. */
const recordOf = (site: string, version: string, hosts: readonly string[] = [site]): SiteRecord => ({
  site,
  live: version,
  hosts,
  before: [],
  kept: [{ version, pushedAt: NOW }],
  retired: [],
});

describe("a site that was stored before there were versions", () => {
  it("gets a record when the same version is pushed, and its text is stored once", async () => {
    const file = await fileSaying("one");
    const plan = await planned(file, new Map([[siteKey(NAME), file.stored]]));
    expect(plan.isStored).toBe(false);
    expect(plan.record).toMatchObject({ site: NAME, live: file.version });
    expect(plan.texts).toEqual([{ key: versionKey(NAME, file.version), value: file.stored }]);
    expect(plan.before).toBeUndefined();
  });

  it("keeps its text as a version when another one is pushed", async () => {
    const [old, file] = [await fileSaying("one"), await fileSaying("two")];
    const plan = await planned(file, new Map([[siteKey(NAME), old.stored]]));
    expect(plan.isStored).toBe(false);
    expect(plan.before).toBe(old.version);
    expect(plan.record.before).toEqual([old.version]);
    expect(plan.texts).toEqual([
      { key: versionKey(NAME, file.version), value: file.stored },
      { key: versionKey(NAME, old.version), value: old.stored },
    ]);
  });
});

describe("a site that stands as it is pushed", () => {
  it("is left alone", async () => {
    const file = await fileSaying("one");
    const present = new Map([[siteKey(NAME), recordText(recordOf(NAME, file.version))]]);
    const texts = new Map([[versionKey(NAME, file.version), file.stored]]);
    const plan = await planned(file, present, texts);
    expect([plan.isStored, plan.texts, plan.before]).toEqual([true, [], undefined]);
  });

  it("gets a text that is gone again, and one that was checked by other rules anew", async () => {
    const file = await fileSaying("one");
    const present = new Map([[siteKey(NAME), recordText(recordOf(NAME, file.version))]]);
    const expected = [{ key: versionKey(NAME, file.version), value: file.stored }];
    expect((await planned(file, present)).texts).toEqual(expected);
    const old = new Map([[versionKey(NAME, file.version), "checked by other rules"]]);
    expect((await planned(file, present, old)).texts).toEqual(expected);
  });

  it("takes note of the texts of a site in whose place a pointer to it comes", async () => {
    const file = await fileSaying("one", [NAME, "b.test"]);
    const other = await fileSaying("other", ["b.test"]);
    const present = new Map([
      [siteKey(NAME), recordText(recordOf(NAME, file.version, [NAME, "b.test"]))],
      [siteKey("b.test"), recordText(recordOf("b.test", other.version))],
    ]);
    const plan = await planned(file, present, new Map([[versionKey(NAME, file.version), file.stored]]));
    expect(plan.isStored).toBe(false);
    expect(plan.record.retired).toContainEqual({ key: versionKey("b.test", other.version), since: NOW });
  });
});

describe("a rollout", () => {
  const rolling = async (share: number) => {
    const [live, next] = [await fileSaying("live"), await fileSaying("next")];
    const record = { ...recordOf(NAME, live.version), next: { version: next.version, share, salt: "first" } };
    const kept = [next.version, live.version].map((version) => ({ version, pushedAt: NOW }));
    const present = new Map([[siteKey(NAME), recordText({ ...record, kept })]]);
    return { live, next, present, texts: new Map([[versionKey(NAME, next.version), next.stored]]) };
  };

  it("that grows has not ended, and keeps its clients", async () => {
    const { live, next, present, texts } = await rolling(0.05);
    const plan = await planned(next, present, texts, 0.5);
    expect([plan.ended, plan.share, plan.before, plan.isStored]).toEqual([
      undefined,
      0.5,
      live.version,
      false,
    ]);
    expect(plan.record.next).toEqual({ version: next.version, share: 0.5, salt: "first" });
    expect((await planned(next, present, texts, 0.05)).isStored).toBe(true);
  });

  it("is ended by whatever is pushed for everybody, its own version too", async () => {
    const { live, next, present, texts } = await rolling(0.05);
    for (const file of [live, next, await fileSaying("third")]) {
      const plan = await planned(file, present, texts);
      expect([plan.ended, plan.record.next, plan.record.live]).toEqual([
        next.version,
        undefined,
        file.version,
      ]);
    }
  });

  it("is ended by another one, which has clients of its own", async () => {
    const { next, present } = await rolling(0.05);
    const third = await fileSaying("third");
    const plan = await planned(third, present, new Map(), 0.1);
    expect([plan.ended, plan.record.next]).toEqual([
      next.version,
      { version: third.version, share: 0.1, salt: "salt" },
    ]);
  });
});
