// Runs the real command line as a user's shell would, in a folder of its own with the files it is given.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";

const MAIN = path.join(import.meta.dirname, "../../../cli/main.ts");
const NODE = path.join(import.meta.dirname, "../../../node_modules/.bin/node");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Folder {
  readonly path: string;
  headgate(...words: string[]): Promise<Ran>;
}

/** One folder for the whole test file. */
export function useFolder(files: Readonly<Record<string, string>>): Folder {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-cli-"));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    get path() {
      return folder;
    },
    headgate: (...words) => runHeadgate(folder, words),
  };
}

export function runHeadgate(
  cwd: string,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  // Neither a terminal nor a colour: what a script sees.
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(NODE, [MAIN, ...words], { cwd, env: { ...env, COLUMNS: "100", ...more } });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}
