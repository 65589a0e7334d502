// docs/conformance.md against the tables: every row is named under its clause and none that does not run, every
// link leads somewhere, every departure has its decision.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Row } from "../../support/rows.ts";
import { conditional } from "../../conformance/tables/rfc9110-conditional.ts";
import { range } from "../../conformance/tables/rfc9110-range.ts";
import { staleContent } from "../../conformance/tables/rfc5861.ts";
import { caching } from "../../conformance/tables/rfc9111.ts";
import { cacheStatus } from "../../conformance/tables/rfc9211.ts";
import { targeted } from "../../conformance/tables/rfc9213.ts";

const ROOT = path.join(import.meta.dirname, "../../..");
const page = readFileSync(path.join(ROOT, "docs/conformance.md"), "utf8");

/** Clause and name of each row that a section of the page names. */
function namedIn(section: string): string[] {
  const text = page.split(`\n## ${section}\n`)[1]?.split("\n## ")[0] ?? "";
  return text
    .split("\n### ")
    .slice(1)
    .flatMap((clause) => {
      const [title = "", ...lines] = clause.split("\n");
      const of = /^(§[\d.]+|Surrogate-Control)/.exec(title)?.[0];
      return lines.filter((line) => line.startsWith("- ")).map((line) => `${of} ${line.slice(2)}`);
    });
}

describe("docs/conformance.md", () => {
  const sections: [section: string, rows: readonly Row[]][] = [
    ["RFC 9111", caching],
    ["RFC 9110, conditional requests", conditional],
    ["RFC 9110, range requests", range],
    ["RFC 9213", targeted],
    ["RFC 5861", staleContent],
    ["RFC 9211", cacheStatus],
  ];
  for (const [section, rows] of sections) {
    it(`names each row of ${section}, and none that does not run`, () => {
      const all = rows.map(({ clause, name }) => `${clause} ${name}`);
      expect(namedIn(section).sort()).toEqual([...all].sort());
      expect(new Set(all).size).toBe(all.length);
    });
  }

  it("links to what is there", () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(path.join(ROOT, "docs", link)))).toEqual([]);
    expect(links.length).toBeGreaterThan(10);
  });

  it("names test files that are there", () => {
    const files = [...page.matchAll(/`(test\/[\w./-]+\.ts)`/g)].map(([, file = ""]) => file);
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  it("counts what it explains: the tests passed and those not passed are all there are", () => {
    const lines = page.split("\n").filter((line) => /^\| `[\w-]+` +\| (required|optimal)/.test(line));
    const missed = (kind: string, where: RegExp) =>
      lines.filter((line) => line.includes(`| ${kind}`) && where.test(line)).length;
    expect([160 - missed("required", /both/), 105 - missed("optimal", /both/)]).toEqual([158, 100]);
    expect(page).toMatch(/\*\*Headgate, standalone\*\* +\| 158 +\| 100/);
    expect([160 - missed("required", /both|Cache API/), 105 - missed("optimal", /both|Cache API/)]).toEqual([
      156, 100,
    ]);
  });
});
