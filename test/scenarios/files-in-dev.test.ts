// The files of a Worker's assets, as Cloudflare would have them: `headgate dev` with the `assets` that docs/files.md shows.
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROJECT } from "../../cli/project.ts";
import { Command } from "../support/command.ts";

/** The block of the documentation, in a configuration beside that of the project. */
function configWith(assets: string): string {
  const own = readFileSync(path.join(PROJECT, "wrangler.toml"), "utf8");
  const main = JSON.stringify(path.join(PROJECT, "worker/index.ts"));
  return `${own.replace(/^main = .*$/m, `main = ${main}`).replace(/\n#[^\n]*\n#[^\n]*\n\[assets\][^[]*/, "\n")}\n${assets}`;
}

describe("the assets of a Worker", () => {
  let folder: string;
  let dev: Command;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-assets-"));
    const files = path.join(folder, "sites/files/shop");
    await mkdir(path.join(files, "docs"), { recursive: true });
    await mkdir(path.join(folder, "sites/files/other"));
    await writeFile(path.join(files, "index.html"), "<h1>home</h1>");
    await writeFile(path.join(files, "docs/index.html"), "<h1>docs</h1>");
    await writeFile(path.join(files, "film.txt"), "0123456789");
    await writeFile(path.join(files, "app.3f9c1e2a.js"), "export {};\n");
    await writeFile(path.join(files, "_redirects"), "/old /docs/ 301\n");
    await writeFile(path.join(files, "_headers"), "/docs/*\n  X-Docs: yes\n");
    await writeFile(path.join(folder, "sites/files/other/secret.txt"), "SECRET");
    await writeFile(
      path.join(folder, "sites/a.yaml"),
      "hosts: [a.test]\nroutes:\n  - { id: closed, match: { path: '/docs/closed/*' }, respond: { status: 403 } }\n  - { id: all, files: { folder: shop, spa: true } }\n",
    );
    const [assets = ""] =
      /^\[assets\]\n(?:\w.+\n)+/m.exec(readFileSync(path.join(PROJECT, "docs/files.md"), "utf8")) ?? [];
    await writeFile(path.join(folder, "wrangler.toml"), configWith(assets));
    const config = path.join(folder, "wrangler.toml");
    dev = new Command(["dev", "--config", config, "--sites", path.join(folder, "sites"), "--port", "0"], {});
    url = (await dev.line(/^ready on /)).replace(/^ready on (\S+);.*/, "$1");
  }, 60_000);
  afterAll(async () => {
    await dev.interrupt();
    await rm(folder, { recursive: true, force: true });
  });

  const get = async (target: string, headers: Record<string, string> = {}) => {
    const answer = await request(url + target, { headers: { host: "a.test", ...headers } });
    return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers };
  };

  it("answer as a folder does everywhere", async () => {
    expect(await get("/")).toMatchObject({ status: 200, text: "<h1>home</h1>" });
    expect(await get("/docs")).toMatchObject({ status: 301, headers: { location: "./docs/" } });
    expect(await get("/docs/")).toMatchObject({ text: "<h1>docs</h1>", headers: { "x-docs": "yes" } });
    expect(await get("/old")).toMatchObject({ status: 301, headers: { location: "/docs/" } });
    expect((await get("/users/7")).text).toBe("<h1>home</h1>");
    expect((await get("/missing.js")).status).toBe(404);
    expect((await get("/_headers")).status).toBe(404);
    expect((await get("/app.3f9c1e2a.js")).headers["cache-control"]).toContain("immutable");
  });

  it("come after the rules of the site, and through its routes alone", async () => {
    expect((await get("/docs/closed/x")).status).toBe(403);
    for (const target of [
      "/shop/index.html",
      "/other/secret.txt",
      "/../other/secret.txt",
      "/%2e%2e/other/secret.txt",
    ])
      expect((await get(target)).text).not.toContain("SECRET");
    const unknown = await request(`${url}/shop/index.html`, { headers: { host: "b.test" } });
    expect([unknown.statusCode, (await unknown.body.text()).includes("home")]).toEqual([404, false]);
  });

  it("are validated and cut, though the platform tells no length", async () => {
    const { headers } = await get("/film.txt");
    expect((await get("/film.txt", { "if-none-match": String(headers.etag) })).status).toBe(304);
    expect(await get("/film.txt", { range: "bytes=2-4" })).toMatchObject({ status: 206, text: "234" });
    expect((await get("/film.txt", { range: "bytes=10-" })).status).toBe(416);
  });
});
