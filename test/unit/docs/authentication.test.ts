// docs/authentication.md against the code: its examples are valid and pass their tests, and `headgate check` has nothing to say of them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { validateSite } from "../../../shared/site/validate.ts";
import { warningsOf } from "../../../shared/site/warnings/warnings.ts";
import { compileSite } from "../../../worker/compile-site.ts";
import { failuresOfTest } from "../../../worker/explaining/test-failures.ts";

const page = readFileSync(path.join(import.meta.dirname, "../../../docs/authentication.md"), "utf8");
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);

describe("docs/authentication.md", () => {
  it("has an example of each way", () => {
    const ways = ["basic", "key", "jwt", "access", "signed", "forward"];
    for (const way of ways)
      expect(
        blocks.some((text) => new RegExp(`^  ${way}:`, "m").test(text)),
        way,
      ).toBe(true);
  });

  it.each(blocks)("%s", (text) => {
    const site = validateSite({
      hosts: ["shop.example.com"],
      pools: { web: { origins: [{ id: "a", url: "https://a.example.net" }] } },
      routes: [{ id: "rest", to: "web" }],
      ...parse(text),
    });
    if (!site.ok) throw new Error(JSON.stringify(site.error));
    expect(warningsOf(site.value, () => "")).toEqual([]);
    const { tests, hosts } = site.value;
    const compiled = compileSite(site.value, "test");
    expect(tests.flatMap((test) => failuresOfTest(test, compiled, hosts, 0))).toEqual([]);
  });
});
