// Opens a file of a folder, and nothing that is outside of it: not by a name, not by a link, not by a link that is put there at the last
// moment. So what was opened is looked at, not what the name led to before.
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** Undefined if there is no such file. Rejects if it cannot be told, or read. */
export async function openWithin(
  root: string,
  folder: readonly string[],
  names: readonly string[],
): Promise<FileHandle | undefined> {
  if (![...folder, ...names].every(isName) || folder.length === 0 || names.length === 0) return undefined;
  const base = await realFolder(root, folder);
  const wanted = path.join(base, ...names);
  // Without O_NONBLOCK a named pipe would hold up this thread until somebody writes to it.
  const handle = await open(wanted, constants.O_RDONLY | constants.O_NONBLOCK).catch(orNothing);
  if (!handle) return undefined;
  try {
    const found = await handle.stat();
    const real = found.isFile() ? await realPath(handle, wanted) : undefined;
    if (real?.startsWith(base + path.sep) && !(await isOtherSpelling(real, { base, names }))) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** The Worker asks for plain names only. This is the second lock. */
const isName = (name: string): boolean => name !== "" && !/^\.\.?$|[/\\\0]/.test(name);

/** The operator may put a link where a folder is expected. Further down it has to stay within that. */
async function realFolder(root: string, [first = "", ...others]: readonly string[]): Promise<string> {
  const top = await realpath(path.join(root, first));
  const folder = others.length === 0 ? top : await realpath(path.join(top, ...others));
  if (folder !== top && !folder.startsWith(top + path.sep))
    throw new Error(`${others.join("/")} leads out of ${first}`);
  return folder;
}

/** Where the open file really is. Only Linux tells that of the file itself. */
async function realPath(handle: FileHandle, wanted: string): Promise<string | undefined> {
  if (process.platform === "linux") return readlink(`/proc/self/fd/${handle.fd}`);
  const real = await realpath(wanted);
  const [opened, named] = await Promise.all([handle.stat(), stat(real)]);
  return opened.ino === named.ino && opened.dev === named.dev ? real : undefined;
}

interface Wanted {
  readonly base: string;
  readonly names: readonly string[];
}

/**
 * On a file system that does not tell INDEX.HTML from index.html, rules for one would not hold for the other. A link from one to the other is
 * the operator's wish.
 */
async function isOtherSpelling(real: string, { base, names }: Wanted): Promise<boolean> {
  const wanted = path.join(base, ...names);
  if (real === wanted || folded(real) !== folded(wanted)) return false;
  const steps = names.map((_name, index) => path.join(base, ...names.slice(0, index + 1)));
  const found = await Promise.all(steps.map((step) => lstat(step)));
  return !found.some((one) => one.isSymbolicLink());
}

const folded = (spelling: string): string => spelling.normalize().toLowerCase();

/** What these say is that there is no such file. Whatever else fails is trouble. */
const NO_FILE: ReadonlySet<string | undefined> = new Set([
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "ELOOP",
  "ENAMETOOLONG",
  "ENXIO",
]);

function orNothing(error: NodeJS.ErrnoException): undefined {
  if (!NO_FILE.has(error.code)) throw error;
}
