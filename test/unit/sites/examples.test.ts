// The site files that we show people are valid, and their own tests pass.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadSites } from "../../../cli/load-sites.ts";
import { runTests } from "../../../cli/run-tests.ts";
import { isSiteFile } from "../../../cli/site-files.ts";

const SITES = path.join(import.meta.dirname, "../../../sites");
const EXAMPLES = path.join(SITES, "examples");
const files = [
  path.join(SITES, "demo.yaml"),
  path.join(SITES, "../examples/hono-app/blog.yaml"),
  ...readdirSync(EXAMPLES)
    .filter(isSiteFile)
    .map((name) => path.join(EXAMPLES, name)),
].map((file) => [path.relative(SITES, file), file] as const);

describe.each(files)("sites/%s", (_name, file) => {
  it("is valid, has tests, and passes them", async () => {
    const loaded = await loadSites([file]);
    if (!loaded.ok) throw new Error(loaded.error);
    expect(loaded.value.problems).toEqual([]);
    const [site] = loaded.value.sites;
    if (!site) throw new Error("no site");
    const runs = runTests(site, 0);
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.filter(({ failures }) => failures.length > 0)).toEqual([]);
  });

  it("tells editors where the schema is", () => {
    const [first = ""] = readFileSync(file, "utf8").split("\n");
    const [, schema = ""] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
    expect(path.resolve(path.dirname(file), schema)).toBe(path.join(SITES, "../shared/site.schema.json"));
  });
});
