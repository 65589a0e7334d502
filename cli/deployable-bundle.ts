// Builds offline what `wrangler deploy` would send. Rejects with wrangler's output.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { PROJECT, WRANGLER } from "./project.ts";

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
