// docs/conformance.md against the tables and the foreign tests: every row and every behaviour is named and none that does
// not run, every link leads somewhere, every departure has its decision.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { staleContent } from "../../conformance/tables/rfc5861.ts";
import { conditional } from "../../conformance/tables/rfc9110-conditional.ts";
import { range } from "../../conformance/tables/rfc9110-range.ts";
import { caching } from "../../conformance/tables/rfc9111.ts";
import { cacheStatus } from "../../conformance/tables/rfc9211.ts";
import { targeted } from "../../conformance/tables/rfc9213.ts";
import type { Row } from "../../support/rows.ts";

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

/** File, source and behaviour of each row of the table of foreign suites. */
function foreignRows(): string[] {
  const table = page.split("\n# Foreign suites\n")[1] ?? "";
  const row = /^\| [^|`]+: `([^`]+)` +\| ([^|]+?) +\| `test\/foreign\/([\w-]+)\.test\.ts` +\|$/gm;
  const rows = [...table.matchAll(row)];
  expect(rows).toHaveLength(table.split("\n").filter((line) => line.startsWith("| ")).length - 2);
  return rows.map(([, source, behaviour, file]) => `${file} ${source}: ${behaviour}`);
}

/** The same of each test, read from its call, whose first two arguments are texts and never put together. */
function foreignTests(): string[] {
  const folder = path.join(ROOT, "test/foreign");
  return readdirSync(folder).flatMap((name) => {
    const text = readFileSync(path.join(folder, name), "utf8");
    const calls = [...text.matchAll(/^holds\(\s*"([^"]+)",\s*"([^"]+)",/gm)];
    expect(calls, name).toHaveLength(text.match(/\bholds\(/g)?.length ?? 0);
    return calls.map(([, source, behaviour]) => `${name.replace(".test.ts", "")} ${source}: ${behaviour}`);
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

  it("names each foreign test with its suite's file, and none that does not run", () => {
    const named = foreignRows();
    const tests = foreignTests();
    expect([...named].sort()).toEqual([...tests].sort());
    expect(new Set(tests).size).toBe(tests.length);
    expect(tests.length).toBeGreaterThan(100);
  });

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
    expect([160 - missed("required", /both/), 105 - missed("optimal", /both/)]).toEqual([157, 96]);
    expect(page).toMatch(/\*\*Headgate, standalone\*\* +\| 157 +\| 96/);
    expect([160 - missed("required", /both|Cache API/), 105 - missed("optimal", /both|Cache API/)]).toEqual([
      155, 96,
    ]);
  });
});
