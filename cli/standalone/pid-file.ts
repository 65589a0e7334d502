// The file by which `headgate reload` finds a running `headgate serve`. It is written anew after each reload, and its time is when that
// reload began. So the one who asked for it learns that it has happened, and does not take one for it that had begun before.
import { readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { err, ok, type Result } from "../../shared/result.ts";

/** The error is a sentence. */
export async function writePidFile(file: string, beganAt: Date): Promise<Result<void, string>> {
  const next = `${file}.${process.pid}`;
  try {
    await rm(next, { force: true }); // of an earlier process with this number, as the first in a container always has
    await writeFile(next, `${process.pid}\n`, { flag: "wx" });
    await utimes(next, beganAt, beganAt);
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

/** When the last reload began that is complete, in milliseconds. */
export async function lastReloadIn(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found ? Math.round(found.mtimeMs) : 0;
}
