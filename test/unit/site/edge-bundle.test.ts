import { build } from "esbuild";
import { describe, expect, it } from "vitest";

describe("the Worker", () => {
  it("carries nothing of what reads site files: it gets JSON that has been checked", async () => {
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
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain("shared/site/validate.ts");
    expect(
      inputs.filter((file) =>
        /node_modules\/(yaml|jsonc-parser|recheck)\/|site\/(file|reach)\/|^cli\//.test(file),
      ),
    ).toEqual([]);
  });
});
