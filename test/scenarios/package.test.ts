// The package as its users get it: packed, installed into an empty folder, and a project made with it. What is installed is
// already in npm's cache, since the same versions were installed here.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_GZIPPED_BYTES } from "../../cli/bundle-size.ts";
import { PROJECT } from "../../cli/project.ts";
import { Spawned } from "../support/spawned.ts";

const INSTALL = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];

describe("the package", () => {
  let folder: string;
  let tarball: string;
  let project: string;

  const run = (where: string, command: string, ...args: string[]) =>
    promisify(execFile)(command, args, { cwd: where, env: environment(), maxBuffer: 10_000_000 });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-package-"));
    await run(PROJECT, "npm", "pack", "--pack-destination", folder);
    const [name = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
    tarball = path.join(folder, name);
    const first = path.join(folder, "first");
    await mkdir(first);
    await writeFile(path.join(first, "package.json"), "{}");
    await run(first, "npm", ...INSTALL, tarball);
    await run(first, "npx", "headgate", "init", "../my-edge");
    project = path.join(folder, "my-edge");
    // Until it is published, the version stands in the tarball alone.
    const file = path.join(project, "package.json");
    const text = await readFile(file, "utf8");
    expect(text).toMatch(/"headgate": "\^\d+\.\d+\.\d+"/);
    await writeFile(
      file,
      text.replace(/"headgate": "[^"]+"/, `"headgate": ${JSON.stringify(`file:${tarball}`)}`),
    );
    await run(project, "npm", ...INSTALL);
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is small, and has neither tests nor sources", async () => {
    const { stdout } = await run(folder, "tar", "-tzf", tarball);
    const files = stdout.trim().split("\n");
    expect(files).toEqual(
      expect.arrayContaining(["package/LICENSE", "package/README.md", "package/dist/main.js"]),
    );
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([
      "package/dist/template/src/worker.ts",
    ]);
    expect(files.filter((file) => /^package\/(?:test|bench|docs)\//.test(file))).toEqual([]);
    expect((await readFile(tarball)).length).toBeLessThan(1_100_000);
  });

  it("tells its version", async () => {
    const { version } = JSON.parse(await readFile(path.join(PROJECT, "package.json"), "utf8")) as {
      version: string;
    };
    expect((await run(project, "npx", "headgate", "--version")).stdout).toBe(`${version}\n`);
  });

  it("makes a project whose site is valid and passes its tests", async () => {
    const { stdout } = await run(project, "npm", "test");
    expect(stdout).toContain("2 tests: 2 passed");
  });

  it.each(["", "staging"])("makes a project that deploys, environment %j", async (env) => {
    const { stdout } = await run(project, "npx", "wrangler", "deploy", "--dry-run", `--env=${env}`);
    expect(stdout).toContain("env.SITES");
    expect(stdout).toContain("env.KEEPER (Keeper)");
    const [, kib = ""] = /gzip: ([\d.]+) KiB/.exec(stdout) ?? [];
    expect(Number(kib)).toBeGreaterThan(10);
    expect(Number(kib) * 1_024).toBeLessThan(MAX_GZIPPED_BYTES);
  });

  it.each([
    ["dev", ["run", "dev", "--", "--port", "0"], /^ready on (\S+);/m],
    ["serve", ["run", "serve", "--", "--port", "0"], / on (http\S+);/m],
  ])(
    "runs %s there",
    async (_name, words, ready) => {
      const running = new Spawned("npm", words, { cwd: project, env: environment() });
      try {
        const url = await running.said(ready);
        const answer = await request(`${url}/hello`);
        expect(await answer.body.text()).toBe("Hello from the edge.\n");
        // A saved file is live, wherever files are judged.
        const file = path.join(project, "sites/first.yaml");
        const before = await readFile(file, "utf8");
        await writeFile(file, before.replaceAll("Hello from the edge.", "Changed."));
        await running.said(/( live )/);
        await writeFile(file, before);
      } finally {
        await running.end();
      }
    },
    60_000,
  );

  it("has types for those who embed it", async () => {
    await writeFile(
      path.join(project, "src/embedding.ts"),
      `import { Hono } from "hono";
import { headgate } from "headgate/hono";
import { createApp } from "headgate/worker";
export { Keeper } from "headgate/worker";
const app = new Hono<{ Bindings: { SITES: KVNamespace } }>();
app.all("/shop/*", headgate({ site: { hosts: ["a.test"], routes: [{ id: "all", respond: { body: "hello" } }] } }));
// @ts-expect-error A site is an object or a text.
headgate({ site: 7 });
export default app;
export const whole = createApp({ before: (edge) => edge.get("/time", (c) => c.text("now")) });
`,
    );
    await writeFile(
      path.join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          ...{
            target: "es2024",
            lib: ["es2024"],
            module: "esnext",
            moduleResolution: "bundler",
            strict: true,
            noEmit: true,
          },
          types: [path.join(PROJECT, "node_modules/@cloudflare/workers-types")],
        },
        include: ["src"],
      }),
    );
    const tsc = path.join(PROJECT, "node_modules/typescript/bin/tsc");
    const checked = await run(project, process.execPath, tsc, "-p", ".").catch(
      (error: { stdout: string }) => error,
    );
    expect(checked.stdout).toBe("");
  }, 60_000);

  it("upgrades without a change to the project's own files", async () => {
    const own = (await readdir(project, { recursive: true })).filter(
      (file) => !file.startsWith("node_modules"),
    );
    expect(own.filter((file) => /wrangler\.toml$|^worker\/|^shared\/|^cli\//.test(file))).toEqual([]);
  });
});

/** As in a shell of the user's: without what npm and the test runner tell their children. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^npm_|^VITEST|^NODE_ENV$|^FORCE_COLOR$/i.test(name),
  );
  const registry = process.env.npm_config_registry;
  return {
    ...Object.fromEntries(entries),
    NO_COLOR: "1",
    WRANGLER_SEND_METRICS: "false",
    ...(registry && { npm_config_registry: registry }),
  };
}
