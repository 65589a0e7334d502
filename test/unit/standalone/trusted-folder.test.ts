import { chmod, mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trustedFolder } from "../../../cli/standalone/trusted-folder.ts";

describe("a folder for temporary files is trusted", () => {
  let base: string;
  const make = async (name: string, mode: number): Promise<string> => {
    const folder = path.join(base, name);
    await mkdir(folder, { recursive: true });
    await chmod(folder, mode);
    return folder;
  };
  beforeAll(async () => {
    base = await realpath(await mkdtemp(path.join(os.tmpdir(), "headgate-trust-")));
  });
  afterAll(() => rm(base, { recursive: true }));

  it.each([
    ["that only its owner may write", 0o700],
    ["that its group may write", 0o770],
    ["where everybody may write, and rename only what is his own", 0o1777],
  ])("%s", async (name, mode) => {
    const folder = await make(name, mode);
    expect(await trustedFolder(folder)).toEqual({ ok: true, value: folder });
  });

  it("by its path without links, which nobody can change afterwards", async () => {
    const folder = await make("target", 0o700);
    await symlink(folder, path.join(base, "link"));
    expect(await trustedFolder(path.join(base, "link"))).toEqual({ ok: true, value: folder });
  });

  it("unless everybody may rename what is in it", async () => {
    const folder = await make("open", 0o777);
    const error = `TMPDIR is ${folder}, and ${folder} can be written by other users, who could replace the sites; choose another TMPDIR`;
    expect(await trustedFolder(folder)).toEqual({ ok: false, error });
  });

  it("unless everybody may rename a folder above it", async () => {
    const above = await make("above", 0o777);
    const folder = await make("above/own", 0o700);
    const error = `TMPDIR is ${folder}, and ${above} can be written by other users, who could replace the sites; choose another TMPDIR`;
    expect(await trustedFolder(folder)).toEqual({ ok: false, error });
  });

  it("unless it is not there", async () => {
    const error = "TMPDIR is /no/such/folder, which cannot be used: ENOENT";
    expect(await trustedFolder("/no/such/folder")).toEqual({ ok: false, error });
  });
});
