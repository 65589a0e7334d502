import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import siteJsonSchema from "../../../shared/site.schema.json" with { type: "json" };

describe("the Worker", async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: ["worker/index.ts"],
    absWorkingDir: new URL("../../..", import.meta.url).pathname,
    bundle: true,
    write: false,
    metafile: true,
    minifySyntax: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
  });

  it("carries nothing of what reads site files: it gets JSON", () => {
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain("shared/site/validate.ts");
    expect(
      inputs.filter((file) =>
        /node_modules\/(yaml|jsonc-parser|recheck)\/|site\/(file|reach)\/|^cli\//.test(file),
      ),
    ).toEqual([]);
  });

  it("carries of Zod what the schemas use: neither its classic interface nor the writer of JSON Schema", () => {
    const bytesIn = (part: RegExp) =>
      Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})
        .filter(([file]) => part.test(file))
        .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    expect(bytesIn(/zod\/v4\/core\/schemas\.js$/)).toBeGreaterThan(10_000);
    // What remains of a file that is not used is an empty function.
    expect(bytesIn(/zod\/v4\/(classic|locales)\/|json-schema/)).toBeLessThan(1_000);
  });

  it("carries no description and no example of a key: the schemas mark them with doc()", () => {
    const text = outputFiles[0]?.text ?? "";
    const words = textsUnder(["description", "examples"], siteJsonSchema).filter((one) => one.length > 30);
    expect(words.length).toBeGreaterThan(150);
    expect(words.filter((one) => text.includes(JSON.stringify(one).slice(1, -1)))).toEqual([]);
  });

  it("starts without Zod and without the schemas: only a site that nobody has checked needs them", () => {
    const atStart = importedAtStart("worker/index.ts", metafile.inputs);
    expect(atStart).toContain("worker/routing/find-site.ts");
    expect(atStart.filter((file) => /node_modules\/zod\/|-schema\.ts$|validate\.ts$/.test(file))).toEqual([]);
  });
});

function importedAtStart(entry: string, inputs: Metafile["inputs"]): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path, kind } of inputs[file]?.imports ?? []) {
      if (kind === "import-statement") found.add(path);
    }
  }
  return [...found];
}

function textsUnder(keys: readonly string[], value: unknown, isUnder = false): string[] {
  if (typeof value === "string") return isUnder ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsUnder(keys, inner, isUnder || keys.includes(key)),
  );
}
