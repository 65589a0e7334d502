import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";

describe("the Worker", async () => {
  const { metafile } = await build({
    entryPoints: ["worker/index.ts"],
    absWorkingDir: new URL("../../..", import.meta.url).pathname,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
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
