// `npm run build`: makes dist/, which is what the package has. The command line and the entry points for other Workers become
// JavaScript with their dependencies left outside; the Worker of `headgate serve` becomes one module with everything in it.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { build, transform } from "esbuild";
import { PROJECT } from "../project.ts";
import { bundleWorker, STATE_ENTRY, WORKER_ENTRY } from "../standalone/bundle.ts";
import { keepPublicTypes } from "./public-types.ts";

const DIST = path.join(PROJECT, "dist");
const from = (file: string): string => path.join(PROJECT, file);
const to = (file: string): string => path.join(DIST, file);

/** What other Workers import. */
const ENTRIES = ["worker/index.ts", "worker/hono.ts", "worker/worker.ts"];

const COMMON = {
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2024",
  packages: "external",
  outdir: DIST,
  legalComments: "none",
  logLevel: "warning",
} as const;

/** What the package serves without a project of its own. */
const OWN_WRANGLER_TOML = /^main = .*$/m;

export async function buildPackage(): Promise<void> {
  await rm(DIST, { recursive: true, force: true });
  await mkdir(DIST);
  await Promise.all([
    build({
      ...COMMON,
      entryPoints: ["cli/main.ts", "cli/live/judge-for-parent.ts"].map(from), // the second runs in a thread
      platform: "node",
      chunkNames: "cli-[hash]",
    }),
    build({
      ...COMMON,
      entryPoints: ENTRIES.map(from),
      conditions: ["workerd", "worker", "browser"],
      external: ["cloudflare:*"],
      minifySyntax: true, // without which the descriptions that shared/doc/left-out.ts leaves out would stay
      chunkNames: "worker-[hash]",
    }),
    bundleWorker(WORKER_ENTRY).then((text) => writeDense("edge.js", text)),
    bundleWorker(STATE_ENTRY).then((text) => writeDense("state.js", text)),
    promisify(execFile)(process.execPath, [
      from("node_modules/typescript/bin/tsc"),
      "-p",
      from("cli/package"),
    ]).then(() =>
      keepPublicTypes(
        to("types"),
        ENTRIES.map((entry) => entry.replace(/\.ts$/, ".d.ts")),
      ),
    ),
    cp(from("cli/init/template"), to("template"), { recursive: true }),
    cp(from("sites/demo.yaml"), to("sites/demo.yaml")),
    readFile(from("shared/site.schema.json"), "utf8").then((text) =>
      writeFile(to("site.schema.json"), JSON.stringify(JSON.parse(text))),
    ),
    readFile(from("wrangler.toml"), "utf8").then((text) =>
      writeFile(to("wrangler.toml"), text.replace(OWN_WRANGLER_TOML, 'main = "edge.js"')),
    ),
  ]);
}

/** Without spaces and comments. Names stay, so that a trace in the log can be read. */
async function writeDense(file: string, text: string): Promise<void> {
  const { code } = await transform(text, { minifyWhitespace: true, format: "esm", target: COMMON.target });
  await writeFile(to(file), code);
}

if (import.meta.main) await buildPackage();
