// docs/caching.md against the code: each option has an example that is valid, and a scenario; each word of
// Cache-Status is explained; the whole site passes its tests; the numbers are the code's.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runTests } from "../../../cli/run-tests.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import { DEFAULT_CACHE } from "../../../worker/caching/law/rules.ts";
import { MAX_VARIANTS } from "../../../worker/caching/law/variants.ts";
import { cacheOptions } from "../../scenarios/cache-option-rows.ts";

const ROOT = path.join(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const page = read("docs/caching.md");
const part = (title: string): string => page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
const examplesIn = (text: string): string[] =>
  [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = ""]) => yaml);

const options = part("What a route can say")
  .split("\n### ")
  .slice(1)
  .map((text) => ({ name: text.split("\n", 1)[0] ?? "", examples: examplesIn(text) }));

/** Every option of the schema: those with a default, and those without. */
const schema = JSON.parse(read("shared/site.schema.json"));
const rules = schema.properties.routes.items.properties.cache.anyOf.find(
  (one: { type?: string }) => one.type === "object",
).properties;
const names = Object.keys(rules).flatMap((name) =>
  name === "key" ? Object.keys(rules.key.properties).map((inner) => `key.${inner}`) : [name],
);

describe("docs/caching.md", () => {
  it("has a part for each option of the schema, and for off", () => {
    expect(options.map(({ name }) => name).sort()).toEqual(["off", ...names].sort());
    expect(Object.keys(DEFAULT_CACHE).every((name) => name in rules)).toBe(true);
  });

  for (const { name, examples } of options) {
    it(`has a valid example of ${name}, which speaks of it`, () => {
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const site = `hosts: [a.test]\npools: { web: { origins: [{ id: a, url: "https://a.test" }] } }\nroutes:\n  - id: all\n    to: web\n    ${example}`;
        const result = readSiteFile(site, "example.yaml");
        expect(result.ok ? [] : result.error).toEqual([]);
        expect(example).toMatch(new RegExp(`\\b${name.split(".").at(-1)}\\b`));
      }
    });
  }

  it("speaks of no option that no scenario tries", () => {
    const tried = new Set(cacheOptions.map(({ clause }) => clause));
    const elsewhere = ["cache-options", "cache-slices", "cache-shared-by-nobody", "several-pools"]
      .map((file) => read(`test/scenarios/${file}.test.ts`))
      .join("\n");
    expect(options.filter(({ name }) => !tried.has(name) && !elsewhere.includes(name))).toEqual([]);
  });

  it("shows a site that is valid and passes its tests", () => {
    const [text = ""] = examplesIn(part("A whole site"));
    const site = readSiteFile(text, "shop.yaml");
    if (!site.ok) throw new Error(JSON.stringify(site.error));
    const results = runTests({ ...site.value, file: "shop.yaml", version: "v1", stored: "" }, 0);
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    expect(results).toHaveLength(4);
  });

  it("explains every word of Cache-Status, and none that the code does not have", () => {
    const union = (file: string, type: string) =>
      [
        ...(new RegExp(`export type ${type} =([^;]*);`).exec(read(file))?.[1] ?? "").matchAll(/"([\w-]+)"/g),
      ].map(([, word = ""]) => word);
    const explained = (from: string) =>
      [...(part("Cache-Status").split(from)[1]?.split("\n\n")[1] ?? "").matchAll(/^- ([^:]*):/gm)].flatMap(
        ([, of = ""]) => of.replaceAll("`", "").split(", "),
      );
    const refusals = union("worker/caching/law/cache-outcome.ts", "KeepingRefusal");
    const isOfQuery = (word: string) => word.startsWith("query-");
    expect(explained("Why the cache is not asked:").sort()).toEqual(
      [...union("worker/caching/law/plan.ts", "PassReason"), ...refusals.filter(isOfQuery)].sort(),
    );
    expect(explained("Why an answer is not stored:").sort()).toEqual(
      [
        ...union("worker/caching/law/storable.ts", "StorageObjection"),
        ...refusals.filter((word) => !isOfQuery(word)),
      ].sort(),
    );
    for (const fwd of union("worker/caching/law/cache-outcome.ts", "Forward"))
      expect(page).toContain(`\`fwd=${fwd}\``);
    expect(refusals).toContain("query-too-long");
  });

  it("tells the numbers of the code", () => {
    expect(page).toContain(`keeps the\n${MAX_VARIANTS} newest`);
    expect(read("worker/caching/flow/boarding.ts")).toContain("WAIT_AT_MOST_MS = 5_000");
  });

  it("links to what is there", () => {
    const links = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(path.join(ROOT, "docs", link)))).toEqual([]);
  });
});
