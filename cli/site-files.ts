// Which files are the site files given to a command, and what is their text? It is given files, or folders of files.
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../shared/result.ts";
import type { LocatedProblem } from "../shared/site/problem.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Dot files are not site files: editors keep their copies in them. */
const SITE_FILE = /^[^.].*\.(?:ya?ml|json)$/;

export const isSiteFile = (name: string): boolean => SITE_FILE.test(name);

/** The error is a sentence about the command line: a file that does not exist, a folder without a site file. */
export async function filesAt(paths: readonly string[]): Promise<Result<string[], string>> {
  const files = new Set<string>();
  for (const given of paths) {
    const found = await stat(given).catch(() => undefined);
    if (!found) return err(`no such file or folder: ${given}`);
    if (!found.isDirectory()) {
      files.add(path.normalize(given));
      continue;
    }
    const names = (await readdir(given)).filter(isSiteFile).sort();
    if (names.length === 0) return err(`no site file (*.yaml, *.yml, *.json) in ${given}`);
    for (const name of names) files.add(path.join(given, name));
  }
  return ok([...files]);
}

/** Fails if, for example, the file belongs to another user, or was deleted after its folder was read. */
export async function textOf(file: string): Promise<Result<string, LocatedProblem[]>> {
  try {
    const decoded = decodeUtf8(await readFile(file));
    return decoded.ok ? decoded : err([{ file, path: "", ...decoded.error }]);
  } catch (error) {
    const message = `the file cannot be read: ${(error as NodeJS.ErrnoException).code}`;
    return err([{ file, line: 1, column: 1, path: "", message }]);
  }
}
