// docs/security.md names the test of each threat: it exists, and there is no threat without one.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const PROJECT = path.join(import.meta.dirname, "../../..");
const page = readFileSync(path.join(PROJECT, "docs/security.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|") && !/^\| *(?:threat|-)/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

describe("docs/security.md", () => {
  it.each(rows)("%s%s", (_empty, _threat, defence, tests) => {
    expect(defence).not.toBe("");
    const named = [...(tests ?? "").matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((file) => !existsSync(path.join(PROJECT, file)))).toEqual([]);
  });

  it("names every family of the hostile suite", () => {
    const families = readdirSync(path.join(PROJECT, "test/hostile/families"));
    expect(families.filter((file) => !page.includes(`\`test/hostile/families/${file}\``))).toEqual([]);
  });

  it("links to what is there", () => {
    const links = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(path.join(PROJECT, "docs", link)))).toEqual([]);
  });
});
