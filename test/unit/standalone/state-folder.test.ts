// Whom does the folder of `--state` belong to? One run at a time, of one user.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStateFolder } from "../../../cli/standalone/state-folder.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), "headgate-state-"));
});
afterEach(() => rm(parent, { recursive: true }));

async function opened(folder: string) {
  const result = await openStateFolder(folder);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const mode = async (folder: string) => ((await stat(folder)).mode & 0o777).toString(8);

it("is made with those above it, and nobody else may enter it", async () => {
  const folder = path.join(parent, "a/state");
  const { objects, release } = await opened(folder);
  expect([objects, await mode(folder), await mode(objects)]).toEqual([
    path.join(folder, "objects"),
    "700",
    "700",
  ]);
  release();
});

it("is opened again, with what is in it", async () => {
  const folder = path.join(parent, "state");
  const first = await opened(folder);
  await writeFile(path.join(first.objects, "kept"), "");
  first.release();
  const second = await opened(folder);
  expect(await readdir(second.objects)).toEqual(["kept"]);
  second.release();
});

it("may be behind a link, as systemd makes it for a user of its own", async () => {
  const folder = path.join(parent, "state");
  await mkdir(folder, { mode: 0o700 });
  await symlink(folder, path.join(parent, "link"));
  (await opened(path.join(parent, "link"))).release();
});

it("is refused to a second run, until the first has released it", async () => {
  const folder = path.join(parent, "state");
  const { release } = await opened(folder);
  expect(await openStateFolder(folder)).toEqual({
    ok: false,
    error: `--state ${folder} is in use by another headgate serve`,
  });
  release();
  (await opened(folder)).release();
});

it("is free again when the process that had it was killed", async () => {
  const folder = path.join(parent, "state");
  const module = path.join(import.meta.dirname, "../../../cli/standalone/state-folder.ts");
  const script = `
    const { openStateFolder } = await import(${JSON.stringify(module)});
    if (!(await openStateFolder(${JSON.stringify(folder)})).ok) process.exit(1);
    process.kill(process.pid, "SIGKILL");
  `;
  const ended = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  await expect(ended).rejects.toMatchObject({ signal: "SIGKILL" });
  (await opened(folder)).release();
});

it("is refused if other users may enter it", async () => {
  const folder = path.join(parent, "state");
  await mkdir(folder);
  await chmod(folder, 0o750);
  expect(await openStateFolder(folder)).toEqual({
    ok: false,
    error: `--state ${folder} is open to other users of this machine; run: chmod 700 ${folder}`,
  });
});

it.each([
  ["a file", "file", "is no folder"],
  ["below a file", "file/state", "is no folder"],
])("is refused if it is %s", async (_what, name, why) => {
  await writeFile(path.join(parent, "file"), "");
  const folder = path.join(parent, name);
  expect(await openStateFolder(folder)).toEqual({ ok: false, error: `--state ${folder} ${why}` });
});

it("is refused if its lock cannot be made", async () => {
  const folder = path.join(parent, "state");
  await mkdir(path.join(folder, "lock"), { recursive: true });
  await chmod(folder, 0o700);
  const result = await openStateFolder(folder);
  expect(!result.ok && result.error).toMatch(/^--state .* cannot be used: unable to open database file$/);
});
