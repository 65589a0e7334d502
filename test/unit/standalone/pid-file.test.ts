import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lastReloadIn, pidIn, removePidFile, writePidFile } from "../../../cli/standalone/pid-file.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "headgate-pid-"));
  file = path.join(folder, "headgate.pid");
});
afterEach(() => rm(folder, { recursive: true }));

describe("the pid file", () => {
  it("holds the number of the process, and goes with it", async () => {
    expect(await writePidFile(file, new Date())).toMatchObject({ ok: true });
    expect(await readFile(file, "utf8")).toBe(`${process.pid}\n`);
    expect(await pidIn(file)).toBe(process.pid);
    await removePidFile(file);
    expect(await pidIn(file)).toBeUndefined();
  });

  // Before: a reload that was under way was taken for the one that was asked for, which then failed.
  it("tells when the reload began that wrote it, not when it ended", async () => {
    const began = new Date(Date.now() - 4_321);
    await writePidFile(file, began);
    expect(await lastReloadIn(file)).toBe(began.getTime());
  });

  it("that is missing tells of no reload", async () => {
    expect(await lastReloadIn(file)).toBe(0);
  });
});
