import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { staleFiles } from "../../../cli/generate/main.ts";
import { sectionsOf } from "../../../cli/generate/sections.ts";
import { siteJsonSchema } from "../../../cli/generate/site-json-schema.ts";
import { aSite, problemsIn } from "./fixtures.ts";

const page = readFileSync(path.join(import.meta.dirname, "../../../docs/configuration.md"), "utf8");

/** Each section's heading and its example. */
const examples = page
  .split(/^## /m)
  .slice(1)
  .map((section): [string, string | undefined] => [
    section.slice(0, section.indexOf("\n")).replaceAll("`", ""),
    /```yaml\n(.*?)```/s.exec(section)?.[1],
  ]);

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The part in the whole: keys beside keys, the entries of a list one by one. */
function within(whole: unknown, part: unknown): unknown {
  if (Array.isArray(whole) && Array.isArray(part) && part.every(isTree)) {
    return part.map((entry, index) => within(whole[index] ?? whole[0], entry));
  }
  if (!isTree(whole) || !isTree(part)) return part;
  const merged: Tree = { ...whole };
  for (const [key, value] of Object.entries(part)) merged[key] = within(whole[key], value);
  if ("files" in part || "redirect" in part || "respond" in part) delete merged.to;
  return merged;
}

describe("what is generated", () => {
  it("is what the schema says now (else: npm run generate)", async () => {
    expect(await staleFiles()).toEqual([]);
  });

  it("has a section for each object of the schema, each with an example", () => {
    const { list } = sectionsOf(siteJsonSchema());
    expect(examples.map(([heading]) => heading)).toEqual(list.map((section) => section.path || "The file"));
    expect(examples.filter(([, yaml]) => yaml === undefined)).toEqual([]);
  });

  it("says of every key what it means", () => {
    const silent = page.split("\n").filter((line) => /^\| `.*\|\s*\|$/.test(line));
    expect(silent).toEqual([]);
  });

  it.each(examples)("shows an example that is right: %s", (_heading, yaml) => {
    const whole = aSite({
      tests: [{ request: { url: "https://shop.example.com/" }, expect: { status: 404 } }],
    });
    const part: unknown = parse(yaml ?? "");
    const isLogin = isTree(part) && isTree(part.auth) && isTree(part.auth.oidc);
    const login = { auth: { oidc: { issuer: "https://id.example.com", clientId: "shop" } } };
    const site = within(isLogin ? { ...(whole as Tree), ...login } : whole, part) as {
      tests: { expect: Tree }[];
    };
    // An example may name routes, origins and pools of one's own, and that of a cost has no limit around it.
    const problems = problemsIn(site).filter(
      (problem) =>
        !/^tests\[0\]\.expect\.(route|origins)|^(pools\.web\.sorry\.pool|routes\[0\]\.mirror\.to) {2}`\w+` is not a pool|^limit {2}limits nothing/.test(
          problem,
        ),
    );
    expect(problems).toEqual([]);
  });

  it("gives defaults as people write them", () => {
    const pool = siteJsonSchema().properties?.pools?.additionalProperties;
    const timeout = typeof pool === "object" ? pool.properties?.timeout : undefined;
    expect(timeout?.properties?.firstByte?.default).toBe("15s");
  });
});
