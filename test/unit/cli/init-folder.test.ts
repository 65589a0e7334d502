import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { makeProject, nameFor } from "../../../cli/init/make-project.ts";
import { runHeadgate, useFolder } from "./run-headgate.ts";

const folder = useFolder({ "file.txt": "mine" });
const inside = (...names: string[]) => path.join(folder.path, ...names);

describe("init", () => {
  // Before: `headgate init "$UNSET"` wrote over the package.json and the README of the current folder.
  it("writes over nothing, whatever the folder is called", async () => {
    await mkdir(inside("full"));
    for (const name of ["package.json", "README.md"]) await writeFile(inside("full", name), "mine");
    for (const name of ["", ".", "./"]) {
      const ran = await runHeadgate(inside("full"), ["init", name]);
      expect(ran).toMatchObject({ code: 1, out: "" });
      expect(ran.err).toContain(`error: ${name || "."} is not empty\n`);
    }
    expect(await readdir(inside("full"))).toEqual(["README.md", "package.json"]);
    expect(await readFile(inside("full", "package.json"), "utf8")).toBe("mine");
  });

  it.each([
    ["a file", "file.txt", "ENOTDIR"],
    ["a place below a file", "file.txt/project", "ENOTDIR"],
    ["a link that leads nowhere", "link", "ENOENT"],
    ["a name that is too long", "x".repeat(300), "ENAMETOOLONG"],
  ])("says why %s cannot be used", async (_what, name, code) => {
    await symlink(inside("no-such-folder"), inside("link")).catch(() => {});
    expect(await makeProject(inside(name), "edge")).toEqual({
      ok: false,
      error: `${inside(name)} cannot be used: ${code}`,
    });
  });

  it("takes a repository that has nothing in it, and tells the commands as a shell needs them", async () => {
    for (const [name, word] of [
      ["my edge's $HOME", `'my edge'\\''s $HOME'`],
      ["-edge", "./-edge"],
      ["plain/edge", "plain/edge"],
    ] as const) {
      await mkdir(inside(name, ".git"), { recursive: true });
      const ran = await folder.headgate("init", "--", name);
      expect(ran).toMatchObject({ code: 0, err: "" });
      expect(ran.out).toContain(`\nNext:\n  cd ${word}\n  npm install\n`);
      const { stdout } = await promisify(execFile)("sh", ["-c", `cd ${word} && pwd`], { cwd: folder.path });
      expect(stdout).toBe(`${inside(name)}\n`);
    }
    await mkdir(inside("here"));
    expect((await runHeadgate(inside("here"), ["init", "."])).out).toContain("\nNext:\n  npm install\n");
  });

  it.each([
    ["My Edge", "my-edge"],
    ["12345", "12345"],
    ["🚀", undefined],
    ["--", undefined],
    [`${"a".repeat(53)}-b`, "a".repeat(53)],
  ])("makes the name of a Worker from %j", (given, name) => expect(nameFor(given)).toBe(name));
});
