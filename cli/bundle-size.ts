// `npm run size`: would the Worker deploy, and is it small enough? What `wrangler deploy` would send is made, offline,
// and weighed: a Worker has a second to start, and reading it is part of that.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { PROJECT } from "./dev/run-dev.ts";
import { WRANGLER } from "./dev/run-wrangler.ts";

const MAX_GZIPPED_BYTES = 150_000;

const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-bundle-"));
try {
  await promisify(execFile)(process.execPath, [WRANGLER, "deploy", "--dry-run", "--outdir", folder], {
    cwd: PROJECT,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  const bundle = await readFile(path.join(folder, "index.js"));
  const bytes = gzipSync(bundle, { level: 9 }).length;
  const size = `${(bytes / 1_000).toFixed(1)} KB gzipped`;
  console.log(
    `The Worker is ${size} (${(bundle.length / 1_000).toFixed(1)} KB as it is); 150 KB are allowed.`,
  );
  if (bytes > MAX_GZIPPED_BYTES) process.exitCode = 1;
} catch (error) {
  const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
  console.error(`wrangler deploy --dry-run failed:\n${stdout}${stderr}${stdout || stderr ? "" : error}`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
