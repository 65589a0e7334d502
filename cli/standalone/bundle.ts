// The Worker as one ES module, as `wrangler deploy` would make it, and the runtime that it is written for: its version and
// flags, and its binary.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { IS_CHECKOUT, PROJECT, shipped } from "../project.ts";

// wrangler.toml repeats the date and the flags; a test compares both.
export const COMPATIBILITY_DATE = "2026-11-01";
export const COMPATIBILITY_FLAGS: readonly string[] = [];

// The package is CommonJS without types. Its default export is the path of the binary.
export const workerdBinary = (createRequire(import.meta.url)("workerd") as { default: string }).default;

/** The modules that the runtime loads: to serve, and to hold the state of `headgate serve`. */
export const WORKER_ENTRY = path.join(PROJECT, "worker/index.ts");
export const STATE_ENTRY = path.join(PROJECT, "worker/state.ts");

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

/** What `headgate serve` runs: built from the sources in a checkout, and once for all in the package. */
export const edgeBundle = (): Promise<string> => built(WORKER_ENTRY, "edge.js");
export const stateBundle = (): Promise<string> => built(STATE_ENTRY, "state.js");

const built = (entry: string, file: string): Promise<string> =>
  IS_CHECKOUT ? bundleWorker(entry) : readFile(shipped(file), "utf8");
