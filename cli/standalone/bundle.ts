// The Worker as one ES module, as `wrangler deploy` would make it.
import { readFile } from "node:fs/promises";
import { IS_CHECKOUT, shipped } from "../project.ts";
import { WORKER_ENTRY } from "./runtime.ts";

/**
 * `compact`: the runtime parses all of it before it listens, so a shorter bundle starts sooner. Names are kept for the
 * stack traces in the log. `readable`: with comments that tell which file each part comes from.
 */
export type BundleForm = "compact" | "readable";

/** The text of the module. Rejects with esbuild's own message if the code does not build. */
export async function bundleWorker(entry: string, form: BundleForm = "compact"): Promise<string> {
  const { build } = await import("esbuild"); // only a checkout has it
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    minifyWhitespace: form === "compact",
    minifySyntax: form === "compact",
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

/** The Worker that `headgate serve` runs: built from the sources in a checkout, and once for all in the package. */
export const edgeBundle = (): Promise<string> =>
  IS_CHECKOUT ? bundleWorker(WORKER_ENTRY) : readFile(shipped("edge.js"), "utf8");
