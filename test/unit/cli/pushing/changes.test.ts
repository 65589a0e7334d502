import { describe, expect, it } from "vitest";
import { type Change, changesTo, stepsOf } from "../../../../cli/pushing/push-plan.ts";
import type { Present } from "../../../../cli/pushing/site-store.ts";
import { readSiteFile } from "../../../../shared/site/read-site-file.ts";
import { SHOP } from "../fixtures.ts";

const read = readSiteFile(SHOP, "shop.yaml");
if (!read.ok) throw new Error("the fixture is broken");
const stored = "headgate 0\n…";
const sites = [{ ...read.value, file: "shop.yaml", version: "v1", stored }];
const POINTER = '{"sameAs":"shop.example.com"}';

describe("what a push changes in the store", () => {
  it("is the site under its first host, and pointers to it under the others", () => {
    expect(changesTo(new Map(), sites)).toEqual([
      {
        pattern: "shop.example.com",
        key: "site:shop.example.com",
        value: stored,
        holds: "version v1",
        change: "new",
      },
      {
        pattern: "*.shop.example.com",
        key: "site:*.shop.example.com",
        value: POINTER,
        holds: "as shop.example.com",
        change: "new",
      },
    ]);
  });

  const stores: [what: string, present: Present, changes: Change["change"][]][] = [
    ["an empty one", new Map([["site:shop.example.com", null]]), ["new", "new"]],
    ["one with an older site", new Map([["site:shop.example.com", "{}"]]), ["changed", "new"]],
    [
      "one that holds it all",
      new Map([
        ["site:shop.example.com", stored],
        ["site:*.shop.example.com", POINTER],
      ]),
      ["same", "same"],
    ],
  ];

  it.each(stores)("against %s", (_what, present, changes) => {
    expect(changesTo(present, sites).map(({ change }) => change)).toEqual(changes);
  });
});

describe("the steps of a push", () => {
  const keysOf = (steps: Change[][]) => steps.map((step) => step.map(({ key }) => key));
  const steps = (present: Present) => keysOf(stepsOf(changesTo(present, sites), present));

  it("are the site first, then what points to it", () => {
    expect(steps(new Map())).toEqual([["site:shop.example.com"], ["site:*.shop.example.com"]]);
  });

  it("are none where all is the same", () => {
    const present = new Map([
      ["site:shop.example.com", stored],
      ["site:*.shop.example.com", POINTER],
    ]);
    expect(steps(present)).toEqual([]);
  });

  it("put a pointer in the place of a site at the very end: others may still point to it", () => {
    const order = ["c.test", "a.test", "b.test"];
    const [site] = sites;
    if (!site) throw new Error("no site");
    const moved = [{ ...site, site: { ...site.site, hosts: order } }];
    const present = new Map([
      ["site:a.test", "headgate 1\n…"],
      ["site:b.test", '{"sameAs":"a.test"}'],
    ]);
    expect(keysOf(stepsOf(changesTo(present, moved), present))).toEqual([
      ["site:c.test"],
      ["site:b.test"],
      ["site:a.test"],
    ]);
  });
});
