// docs/embedding.md against the code: its code compiles, it lists every option, its messages are those of the check, and its
// links lead somewhere.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { checkedSite } from "../../../worker/embedding/given-site.ts";

const ROOT = path.join(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const page = read("docs/embedding.md");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );

describe("docs/embedding.md", () => {
  it("shows code that compiles in a project that has only installed Headgate and Hono", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-docs-"));
    const module = (name: string) => path.join(ROOT, "node_modules", name);
    const options = {
      extends: path.join(ROOT, "tsconfig.json"),
      compilerOptions: {
        paths: {
          "headgate/*": [path.join(ROOT, "worker/*.ts")],
          hono: [module("hono")],
          "hono/*": [module("hono/*")],
        },
        types: [module("@cloudflare/workers-types")],
      },
      include: ["."],
    };
    try {
      await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(options));
      await writeFile(
        path.join(folder, "modules.d.ts"),
        'declare module "*.yaml" { const text: string; export default text; }',
      );
      for (const [at, code] of blocks("ts").entries()) await writeFile(path.join(folder, `${at}.ts`), code);
      const tsc = path.join(ROOT, "node_modules/.bin/tsc");
      const ran = await promisify(execFile)(tsc, ["-p", folder]).catch((error) => error);
      expect(ran.stdout).toBe("");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("shows the message for the site that it shows", () => {
    const [site = ""] = blocks("yaml");
    let message = "";
    try {
      checkedSite(site, "shop");
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toBe(blocks("text")[0]?.trim());
  });

  it("lists every option", () => {
    const optionsIn = (file: string, type: string) =>
      [
        ...(new RegExp(`interface ${type}<[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(read(file))?.[1] ?? "").matchAll(
          /^ {2}readonly (\w+)\??:/gm,
        ),
      ].map(([, name = ""]) => name);
    const [handler, app] = [page.split("## The whole Worker")[0], page.split("## The whole Worker")[1]];
    const listed = (text = "") =>
      [...text.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)].flatMap(([, names = ""]) => names.match(/\w+/g));
    const shared = optionsIn("worker/adapters/edge-options.ts", "EdgeOptions");
    expect(shared.length).toBe(4);
    expect(listed(handler).sort()).toEqual(
      [...shared, ...optionsIn("worker/hono.ts", "HeadgateOptions")].sort(),
    );
    expect(listed(app).sort()).toEqual([...shared, ...optionsIn("worker/worker.ts", "AppOptions")].sort());
  });

  it("links to what is there", () => {
    const links = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(path.join(ROOT, "docs", link)))).toEqual([]);
  });
});
