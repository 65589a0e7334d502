// shared/site.schema.json, for editors and other validators. That it agrees with the check of a file is seen with every value
// that a test gives to `problemsIn` (beyond-the-schema.ts); here are the rules that it cannot have.
import { describe, expect, it } from "vitest";
import { validateSite } from "../../../shared/site/validate.ts";
import { BEYOND, coversIn, schemaAccepts } from "./beyond-the-schema.ts";
import { aSite } from "./fixtures.ts";
import { RICH } from "./rich-site.ts";

describe("the JSON Schema", () => {
  it("accepts a site with every key", () => {
    expect(schemaAccepts(RICH)).toBe(true);
  });

  it.each(BEYOND.map((beyond) => [beyond.rule, beyond] as const))("cannot refuse: %s", (_rule, beyond) => {
    const site = aSite(beyond.example);
    const read = validateSite(site);
    expect(read.ok ? [] : read.error.filter((problem) => coversIn(site, beyond, problem))).not.toEqual([]);
    expect(schemaAccepts(site)).toBe(true);
  });
});
