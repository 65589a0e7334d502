// `npm run size`: would the Worker deploy, and is it small enough? Measures what `wrangler deploy` would send. A Worker
// has one second to start, and parsing its code is part of that.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { PROJECT, WRANGLER } from "./project.ts";

/** See docs/decisions/0051-one-worker-has-everything.md. */
export const MAX_GZIPPED_BYTES = 250_000;

/** Builds offline what `wrangler deploy` would send. Rejects with wrangler's output. */
export async function deployableBundle(): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-bundle-"));
  try {
    await promisify(execFile)(process.execPath, [WRANGLER, "deploy", "--dry-run", "--outdir", folder], {
      cwd: PROJECT,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    });
    return await readFile(path.join(folder, "index.js"));
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`wrangler deploy --dry-run failed:\n${stdout}${stderr}${stdout || stderr ? "" : error}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    const bundle = await deployableBundle();
    const bytes = gzipSync(bundle, { level: 9 }).length;
    const size = `${(bytes / 1_000).toFixed(1)} KB gzipped`;
    console.log(
      `The Worker is ${size} (${(bundle.length / 1_000).toFixed(1)} KB as it is); ${MAX_GZIPPED_BYTES / 1_000} KB are allowed.`,
    );
    if (bytes > MAX_GZIPPED_BYTES) process.exitCode = 1;
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
