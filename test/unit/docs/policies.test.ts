// The pages about what a site lets in, and how it answers: each site on them is valid and passes its tests, and each link leads somewhere.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runTests } from "../../../cli/run-tests.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";

const DOCS = path.join(import.meta.dirname, "../../../docs");
const PAGES = [
  "cors.md",
  "https.md",
  "request-limits.md",
  "maintenance.md",
  "edits.md",
  "compression.md",
  "security-headers.md",
  "login.md",
  "errors.md",
  "files.md",
];

describe.each(PAGES)("docs/%s", (name) => {
  const page = readFileSync(path.join(DOCS, name), "utf8");
  const sites = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = ""]) => yaml);

  it("shows sites that are valid and pass their tests", () => {
    expect(sites.length).toBeGreaterThan(0);
    for (const text of sites) {
      const read = readSiteFile(text, `${name}.yaml`);
      if (!read.ok) throw new Error(JSON.stringify(read.error));
      const runs = runTests({ ...read.value, version: "0" }, 0);
      const failures = runs.flatMap((run) => run.failures);
      expect(failures).toEqual([]);
    }
  });

  it("links to what is there", () => {
    const links = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(path.join(DOCS, link)))).toEqual([]);
  });
});
