import { describe, expect, it } from "vitest";
import { type Change, changesTo, type Present } from "../../../cli/pushing/push-plan.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import { SHOP } from "./fixtures.ts";

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
    ["one that could not be read", undefined, ["unknown", "unknown"]],
  ];

  it.each(stores)("against %s", (_what, present, changes) => {
    expect(changesTo(present, sites).map(({ change }) => change)).toEqual(changes);
  });
});
