// The README keeps its word: its site file is valid and passes its tests, its commands are there and run somewhere,
// its links lead somewhere, and the log fields that operations.md lists are those of a record.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../../cli/program.ts";
import { runTests } from "../../../cli/run-tests.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import { runHeadgate } from "../cli/run-headgate.ts";

const ROOT = path.join(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const readme = read("README.md");
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );

/** Where each command of the README is run; what nobody knows fails the test. */
const RUN_BY: Record<string, string> = {
  "npm ci && npm start": "demo.test.ts, and .ci/run for the first half",
  "npm ci && npm test": ".ci/run",
  "npm run check": ".ci/run, step by step",
  "npx headgate check sites": "here",
  "npx headgate test sites": "here",
  "npx headgate explain 'http://127.0.0.1:8787/api/users'": "here",
  "npx headgate dev --sites sites": "dev.test.ts",
  "npx headgate serve --sites sites": "serve.test.ts",
  "npx headgate serve --sites sites --processes auto --listen 'https://0.0.0.0:443?cert=fullchain.pem&key=privkey.pem' --listen 'http://0.0.0.0:80?redirect'":
    "serve-service.test.ts",
  "npx headgate reload --pid-file FILE": "serve-service.test.ts",
  "npx headgate init my-edge": "package.test.ts",
  "npx headgate push sites --local": "push.test.ts",
  "npx headgate push sites --remote": "push-remote.test.ts",
  "npx headgate push sites/shop.yaml --remote": "push-remote.test.ts",
  "npx headgate push sites/shop.yaml --remote --share 5%": "versioning/commands.test.ts",
  "npx headgate rollback --remote": "versioning/commands.test.ts",
  "npx headgate push sites --edge https://admin.test": "publish.test.ts",
  "npx headgate purge --tag product-17": "admin-commands.test.ts",
  "npx headgate status": "admin-commands.test.ts",
  "npx headgate drain web/fra": "health-in-serve.test.ts",
  "npx headgate top": "admin-commands.test.ts",
  "npx headgate push sites/smoke.yaml --remote": "push-remote.test.ts",
  "npx headgate smoke https://smoke.example.com --site --origin https://origin.example.net > sites/smoke.yaml":
    "smoke.test.ts",
  "npx headgate smoke https://smoke.example.com": "smoke.test.ts",
  "npx wrangler login": "needs an account",
  "npx wrangler deploy": "npm run size, as a dry run",
  "npx wrangler deploy --domain shop.example.com": "needs an account",
};
const commands = blocks("sh").flatMap((block) =>
  block
    .trim()
    .replace(/ *\\\n */g, " ")
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, "")),
);

describe("the README", () => {
  it("names no command that is run nowhere", () => {
    expect(commands.filter((command) => !(command in RUN_BY))).toEqual([]);
    expect(Object.keys(RUN_BY).filter((command) => !commands.includes(command))).toEqual([]);
  });

  it.each(commands.filter((command) => RUN_BY[command] === "here"))("%s ends well", async (command) => {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    const ran = await runHeadgate(ROOT, words.slice(2));
    expect(ran).toMatchObject({ code: 0, err: "" });
  });

  it("uses options that the commands have", () => {
    const program = createProgram();
    const unknown = commands.flatMap((command) => {
      const [, name, rest = ""] = /^npx headgate (\S+)(.*)$/.exec(command) ?? [];
      if (name === undefined) return [];
      const known = program.commands.find((each) => each.name() === name);
      const options = known?.options.map(({ long }) => long) ?? [];
      return (rest.match(/--[a-z-]+/g) ?? []).filter((option) => !options.includes(option));
    });
    expect(unknown).toEqual([]);
  });

  it("calls scripts that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test", "check"]));
    expect(scripts.start).toBe("node cli/main.ts demo");
  });

  it("shows a site file that is valid, and whose tests pass", () => {
    const [text = ""] = blocks("yaml");
    const file = readSiteFile(text, "README.md");
    if (!file.ok) throw new Error(JSON.stringify(file.error));
    const runs = runTests({ ...file.value, file: "README.md", version: "0", stored: "" }, 0);
    expect(runs.flatMap(({ failures }) => failures)).toEqual([]);
    expect(runs.length).toBeGreaterThan(0);
  });
});

describe.each(["README.md", "docs/operations.md"])("the links of %s", (page) => {
  it("lead to files and headings that are there", () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const dead = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [target = "", anchor] = link.split("#");
      const file = path.join(path.dirname(page), target);
      if (!existsSync(path.join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

/** As GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

describe("docs/operations.md", () => {
  const page = read("docs/operations.md");

  it("lists the checks of a smoke test, in their order", () => {
    const section = page.slice(page.indexOf("#### After a deploy"), page.indexOf("Variables, in"));
    const listed = [...section.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
    const [, printed = ""] = /^```text smoke\n([\s\S]*?)^```$/m.exec(read("docs/commands.md")) ?? []; // held by smoke.test.ts
    expect(listed).toEqual([...printed.matchAll(/^([\w-]+) +(?:ok|n\/a) /gm)].map(([, name]) => name));
    expect(listed).toHaveLength(13);
  });

  it("lists the fields of a log record, in their order", () => {
    const section = page.slice(page.indexOf("## Log records"), page.indexOf("## Whom it believes"));
    const listed = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, field]) => field);
    const [, body = ""] = /interface LogRecord \{([\s\S]*?)\n\}/.exec(read("worker/ports.ts")) ?? [];
    expect(listed).toEqual([...body.matchAll(/readonly (\w+):/g)].map(([, field]) => field));
  });

  it("lists the variables that the Worker reads", () => {
    const listed = [...page.matchAll(/^\| `(HEADGATE_\w+)`/gm)].map(([, name]) => name);
    const readers = ["worker/adapters/env.ts", "worker/adapters/reach.ts"].map(read).join("\n");
    const used = new Set(readers.match(/readonly HEADGATE_\w+/g));
    expect(listed.sort()).toEqual([...used].map((name) => name.replace("readonly ", "")).sort());
  });
});
