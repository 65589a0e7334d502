import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RunFolder, tooLongToHold } from "../../../cli/standalone/run-folder.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import { saying } from "../../support/service.ts";

describe("the folder of a run", () => {
  let folder: RunFolder;
  beforeEach(async () => {
    const made = await RunFolder.make();
    if (!made.ok) throw new Error(made.error);
    folder = made.value;
    await folder.hold(
      new Map([
        ["a.test", "one"],
        ["*", "two"],
      ]),
    );
  });
  afterEach(() => folder.remove());
  const names = () => readdirSync(folder.sites).sort();

  it("holds exactly what it is given, and is open to its owner only", async () => {
    expect(names()).toEqual(["site:*", "site:a.test"]);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    await folder.hold(new Map([["*", "two"]]));
    expect(names()).toEqual(["site:*"]);
  });

  it("is kept young with everything in it: cleaners remove what is old", async () => {
    const all = [folder.path, folder.sites, ...names().map((name) => path.join(folder.sites, name))];
    for (const place of all) utimesSync(place, new Date(0), new Date(0));
    await folder.keepYoung();
    for (const place of all) expect(Date.now() - statSync(place).mtimeMs).toBeLessThan(60_000);
  });

  it("writes again what is missing, and keeps its place", async () => {
    const before = folder.path;
    rmSync(path.join(folder.sites, "site:a.test"));
    expect(await folder.restore()).toEqual({ ok: true, value: "kept" });
    expect([folder.path, names()]).toEqual([before, ["site:*", "site:a.test"]]);
  });

  it("is made under another name when it was lost: anybody could have taken its own", async () => {
    const before = folder.path;
    rmSync(before, { recursive: true });
    expect(await folder.restore()).toEqual({ ok: true, value: "moved" });
    expect(folder.path).not.toBe(before);
    expect(names()).toEqual(["site:*", "site:a.test"]);
    expect(existsSync(before)).toBe(false);
  });

  it("has no place for a host that is longer than the name of a file", () => {
    const host = (length: number) => `${"a".repeat(63)}.`.repeat(3) + "b".repeat(length - 3 * 64);
    const objections = (length: number) => {
      const read = readSiteFile(saying("hello", host(length)), "a.yaml");
      if (!read.ok) throw new Error("not a site");
      return tooLongToHold([{ ...read.value, file: "a.yaml", version: "v", stored: "" }]);
    };
    expect(objections(250)).toEqual([]);
    expect(objections(251)).toMatchObject([
      {
        file: "a.yaml",
        line: 1,
        path: "hosts[0]",
        message: expect.stringContaining("250 characters are allowed"),
      },
    ]);
  });
});
