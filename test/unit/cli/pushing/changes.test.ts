import { describe, expect, it } from "vitest";
import { readSiteFile } from "../../../../shared/site/read-site-file.ts";
import { recordText, type SiteRecord } from "../../../../shared/site/site-record.ts";
import { type Change, changesTo, stepsOf } from "../../../../worker/publishing/push-plan.ts";
import { planOf } from "../../../../worker/publishing/site-plan.ts";
import type { Present } from "../../../../worker/publishing/site-store.ts";
import { standingSite } from "../../../../worker/publishing/standing-site.ts";
import { SHOP } from "../fixtures.ts";
import { stored as storedFor } from "./sites-with.ts";

const read = readSiteFile(SHOP, "shop.yaml");
if (!read.ok) throw new Error("the fixture is broken");
const stored = "headgate 0\n…";
const shop = { ...read.value, file: "shop.yaml", version: "v1", stored, source: SHOP };
const NOW = "2026-11-28T16:00:00.000Z";
const POINTER = '{"sameAs":"shop.example.com"}';
const HOSTS = ["shop.example.com", "*.shop.example.com"];
const SITE_KEY = "site:shop.example.com";
const TEXT_KEY = "version:shop.example.com:v1";
const SOURCE_KEY = "source:shop.example.com:v1";

const record = (more: Partial<SiteRecord> = {}): SiteRecord => ({
  site: "shop.example.com",
  live: "v1",
  hosts: HOSTS,
  before: [],
  kept: [{ version: "v1", pushedAt: NOW }],
  retired: [],
  ...more,
});

async function changes(present: Present, share?: number, site = shop): Promise<Change[]> {
  const standing = await standingSite(site.site.hosts[0] ?? "", present);
  return changesTo(present, [
    planOf(site, { standing, present, texts: present }, { now: NOW, salt: "salt", share }),
  ]);
}

describe("what a push changes in the store", () => {
  it("is the record of the site under its first host, the texts that it needs, and pointers under the others", async () => {
    expect(await changes(new Map())).toEqual([
      {
        pattern: "shop.example.com",
        key: SITE_KEY,
        value: recordText(record()),
        holds: "version v1",
        change: "new",
        texts: [
          { key: TEXT_KEY, value: stored },
          { key: SOURCE_KEY, value: SHOP },
        ],
        lastKey: SITE_KEY,
        plan: expect.anything(),
      },
      {
        pattern: "*.shop.example.com",
        key: "site:*.shop.example.com",
        value: POINTER,
        holds: "as shop.example.com",
        change: "new",
        texts: [],
        lastKey: "site:*.shop.example.com",
      },
    ]);
  });

  const older = record({ live: "v0", kept: [{ version: "v0", pushedAt: NOW }] });
  const stores: [what: string, present: Present, changes: Change["change"][]][] = [
    ["an empty one", new Map([[SITE_KEY, null]]), ["new", "new"]],
    ["one with something else", new Map([[SITE_KEY, "{}"]]), ["changed", "new"]],
    ["one with an older version", new Map([[SITE_KEY, recordText(older)]]), ["changed", "new"]],
    [
      "one that holds it all",
      new Map([
        [SITE_KEY, recordText(record())],
        [TEXT_KEY, stored],
        ["site:*.shop.example.com", POINTER],
      ]),
      ["same", "same"],
    ],
    ["one that lacks the text", new Map([[SITE_KEY, recordText(record())]]), ["changed", "new"]],
    [
      "one whose text was checked by other rules",
      new Map([
        [SITE_KEY, recordText(record())],
        [TEXT_KEY, "headgate 1\n…"],
      ]),
      ["changed", "new"],
    ],
  ];

  it.each(stores)("against %s", async (_what, present, expected) => {
    expect((await changes(present)).map(({ change }) => change)).toEqual(expected);
  });

  it("writes a text that is missing again, and leaves the record alone", async () => {
    const present = new Map([
      [SITE_KEY, recordText(record())],
      ["site:*.shop.example.com", POINTER],
    ]);
    const [site] = await changes(present);
    expect(site).toMatchObject({ change: "changed", lastKey: SOURCE_KEY });
    expect(stepsOf(site ? [site] : [], present).map((step) => step.map(({ key }) => key))).toEqual([
      [TEXT_KEY, SOURCE_KEY],
    ]);
  });

  it("keeps what stood there before there were versions as one, so that it can be rolled back to", async () => {
    const old = storedFor(HOSTS);
    const site = { ...shop, version: "v2" };
    const [change] = await changes(new Map([[SITE_KEY, old]]), undefined, site);
    expect(change?.texts.map(({ key }) => key)).toEqual([
      "version:shop.example.com:v2",
      "source:shop.example.com:v2",
      TEXT_KEY,
    ]);
    expect(JSON.parse(change?.value ?? "")).toMatchObject({
      live: "v2",
      before: ["v1"],
      kept: [{ version: "v2" }, { version: "v1", pushedAt: null }],
    });
    const byHand = JSON.stringify({ hosts: HOSTS });
    const [overHand] = await changes(new Map([[SITE_KEY, byHand]]), 0.05, site);
    expect(JSON.parse(overHand?.value ?? "")).toMatchObject({
      live: expect.stringMatching(/^[0-9a-f]{12}$/),
      next: { version: "v2", share: 0.05, salt: "salt" },
    });
    expect(overHand?.texts.map(({ value }) => value)).toContain(byHand);
  });

  it("ends a rollout if the live version is pushed, and none if a share of it is", async () => {
    const rolling = record({ next: { version: "v2", share: 0.1, salt: "old" } });
    const present = new Map([
      [SITE_KEY, recordText(rolling)],
      [TEXT_KEY, stored],
    ]);
    const [ended] = await changes(present);
    expect(JSON.parse(ended?.value ?? "").next).toBeUndefined();
    expect(ended?.plan).toMatchObject({ ended: "v2", before: undefined });
    const [left] = await changes(present, 0.5);
    expect(left).toMatchObject({ change: "same", value: recordText(rolling) });
  });

  it("retires the texts of a site whose key a pointer takes", async () => {
    const other = record({ site: "*.shop.example.com", live: "x", kept: [{ version: "x", pushedAt: NOW }] });
    const [site] = await changes(new Map([["site:*.shop.example.com", recordText(other)]]));
    expect(JSON.parse(site?.value ?? "").retired).toEqual([
      { key: "version:*.shop.example.com:x", since: NOW },
      { key: "source:*.shop.example.com:x", since: NOW },
    ]);
  });
});

describe("the steps of a push", () => {
  const steps = async (present: Present, site = shop) =>
    stepsOf(await changes(present, undefined, site), present).map((step) => step.map(({ key }) => key));

  it("are the texts, then the record, then what points to it", async () => {
    expect(await steps(new Map())).toEqual([[TEXT_KEY, SOURCE_KEY], [SITE_KEY], ["site:*.shop.example.com"]]);
  });

  it("are none where all is the same", async () => {
    const present = new Map([
      [SITE_KEY, recordText(record())],
      [TEXT_KEY, stored],
      ["site:*.shop.example.com", POINTER],
    ]);
    expect(await steps(present)).toEqual([]);
  });

  it("put a pointer in the place of a site at the very end: others may still point to it", async () => {
    const order = ["c.test", "a.test", "b.test"];
    const moved = { ...shop, site: { ...shop.site, hosts: order } };
    const present = new Map([
      ["site:a.test", "headgate 1\n…"],
      ["site:b.test", '{"sameAs":"a.test"}'],
    ]);
    expect((await steps(present, moved)).slice(1)).toEqual([
      ["site:c.test"],
      ["site:b.test"],
      ["site:a.test"],
    ]);
  });
});
