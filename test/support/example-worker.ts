// A Worker of examples/ as `wrangler deploy` would send it, in Miniflare, with the origins that it names replaced by those
// of the test.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Miniflare, type WorkerOptions } from "miniflare";
import { PROJECT, WRANGLER } from "../../cli/project.ts";
import { COMPATIBILITY_DATE } from "../../cli/standalone/bundle.ts";

type Config = Extract<WorkerOptions, { config: unknown }>["config"];

export async function startExample(
  name: string,
  origins: Readonly<Record<string, string>>,
  env: NonNullable<Config["env"]> = {},
): Promise<Miniflare> {
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    workers: [
      {
        config: {
          name,
          compatibilityDate: COMPATIBILITY_DATE,
          manifest: { mainModule: "index.js", modulesRoot: "/", modules: await modulesOf(name, origins) },
          env,
        },
      },
    ],
  });
  await miniflare.ready;
  return miniflare;
}

/** Rejects with wrangler's output if the example does not build. */
async function modulesOf(name: string, origins: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-example-"));
  try {
    const args = [WRANGLER, "deploy", "--dry-run", "--outdir", folder];
    await promisify(execFile)(process.execPath, args, {
      cwd: path.join(PROJECT, "examples", name),
      env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    });
    const files = (await readdir(folder)).filter((file) => /\.(?:js|yaml)$/.test(file));
    const modules = files.map(async (file) => {
      const text = await readFile(path.join(folder, file), "utf8");
      const contents = Object.entries(origins).reduce(
        (before, [named, url]) => before.replaceAll(named, url),
        text,
      );
      return [file, { type: file.endsWith(".js") ? ("esm" as const) : ("text" as const), contents }] as const;
    });
    return Object.fromEntries(await Promise.all(modules));
  } finally {
    await rm(folder, { recursive: true });
  }
}
