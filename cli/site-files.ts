// Which files are the site files given to a command, and what is their text? It is given files, or folders of files.
import { constants } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../shared/result.ts";
import type { LocatedProblem } from "../shared/site/problem.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Dot files are not site files: editors keep their copies in them. */
const SITE_FILE = /^[^.].*\.(?:ya?ml|json)$/;

export const isSiteFile = (name: string): boolean => SITE_FILE.test(name);

export interface SiteFile {
  readonly name: string;
  /** By its own name. It may be a pipe then, as the shell makes one for `check <(…)`. */
  readonly isGiven: boolean;
}

/** The error is a sentence about the command line: a file that does not exist, a folder without a site file. */
export async function filesAt(paths: readonly string[]): Promise<Result<SiteFile[], string>> {
  const files = new Map<string, SiteFile>();
  for (const given of paths) {
    const found = await stat(given).catch(() => undefined);
    if (!found) return err(`no such file or folder: ${given}`);
    if (!found.isDirectory()) {
      const name = path.normalize(given);
      files.set(name, { name, isGiven: true });
      continue;
    }
    const present = await readdir(given).catch((error: NodeJS.ErrnoException) => error);
    if (!Array.isArray(present)) return err(`${given} cannot be read: ${present.code}`);
    const names = present.filter(isSiteFile).sort();
    if (names.length === 0) return err(`no site file (*.yaml, *.yml, *.json) in ${given}`);
    for (const found of names) {
      const name = path.join(given, found);
      if (!files.has(name)) files.set(name, { name, isGiven: false });
    }
  }
  return ok([...files.values()]);
}

/** Fails if, for example, the file belongs to another user, or was deleted after its folder was read. */
export async function textOf(file: SiteFile): Promise<Result<string, LocatedProblem[]>> {
  try {
    const decoded = decodeUtf8(await (file.isGiven ? readFile(file.name) : bytesOf(file.name)));
    return decoded.ok ? decoded : err([{ file: file.name, path: "", ...decoded.error }]);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const words = `the file cannot be read: ${code ?? message}`;
    return err([{ file: file.name, line: 1, column: 1, path: "", message: words }]);
  }
}

/** More than any site has (25 MiB once it is stored). */
const MAX_BYTES = 64 * 1_048_576;

/**
 * Of a regular file only. A named pipe in the folder would hold up the reading of all files, and the end of the process, until
 * somebody writes to it; a device such as /dev/zero never ends.
 */
async function bytesOf(file: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    const hasEnd = found.isFile() || found.isDirectory(); // which cannot be read, and says so itself
    if (!hasEnd) throw new Error("it is not a regular file");
    if (found.size > MAX_BYTES) throw new Error("it is larger than a site can be");
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
