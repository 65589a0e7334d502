// What an attacker sends, over raw sockets, and what then reaches clients and origins. The tables are in families/.
import { describe, expect, it } from "vitest";
import { smuggling } from "./families/smuggling.ts";
import { runFamily, useStage } from "./run.ts";

const FAMILIES = [smuggling];

const stage = useStage();
for (const family of FAMILIES) runFamily(family, stage);

describe("the suite", () => {
  const names = FAMILIES.flatMap(({ tries }) => tries.map(({ name }) => name));

  it("has at least 100 tries", () => expect(names.length).toBeGreaterThanOrEqual(100));

  it("has no two of the same name", () => expect(names.length).toBe(new Set(names).size));

  it("has at least 15 tries of each family", () => {
    expect(FAMILIES.filter(({ tries }) => tries.length < 15).map(({ title }) => title)).toEqual([]);
  });
});
