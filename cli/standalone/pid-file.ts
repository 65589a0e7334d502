// The file by which `headgate reload` finds a running `headgate serve`. It is written anew after each reload, which is how the
// one who asked for it learns that it has happened.
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { err, ok, type Result } from "../../shared/result.ts";

/** The error is a sentence. */
export async function writePidFile(file: string): Promise<Result<void, string>> {
  const next = `${file}.${process.pid}`;
  try {
    await rm(next, { force: true }); // of an earlier process with this number, as the first in a container always has
    await writeFile(next, `${process.pid}\n`, { flag: "wx" });
    await rename(next, file);
    return ok(undefined);
  } catch (error) {
    await rm(next, { force: true }).catch(() => {});
    return err(`the pid file ${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Only if it still names this process. */
export async function removePidFile(file: string): Promise<void> {
  if ((await pidIn(file)) === process.pid) await rm(file, { force: true }).catch(() => {});
}

export async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^[1-9]\d*\n$/.test(text) ? Number(text) : undefined;
}

/** Differs after each writing. */
export async function writingOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found ? `${found.ino} ${found.mtimeMs}` : "none";
}
