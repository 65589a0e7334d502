// The Worker as one ES module, as `wrangler deploy` would make it.
import { build } from "esbuild";

/** The module's text. Rejects with esbuild's own message where the code does not build. */
export async function bundleWorker(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error("esbuild made no output");
  return file.text;
}
