// The folder of `--state DIR`, where a keeper's state outlives a run. It belongs to one run at a time, and nobody else may read it.
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../../shared/result.ts";

export interface StateFolder {
  /** Where the objects are stored. */
  readonly objects: string;
  /** The sites that were published over the admin API, one file for each key. */
  readonly sites: string;
  /** Lets another run have the folder. */
  release(): void;
}

const OTHERS = 0o077;

/** Made if it is not there. The error is a sentence. */
export async function openStateFolder(folder: string): Promise<Result<StateFolder, string>> {
  const place = path.resolve(folder);
  const objects = path.join(place, "objects");
  const sites = path.join(place, "sites");
  try {
    await mkdir(place, { recursive: true, mode: 0o700 });
    const { mode, uid } = await stat(place);
    const isForeign = process.getuid !== undefined && uid !== process.getuid();
    if (isForeign) return err(`--state ${folder} belongs to another user`);
    if (process.getuid && (mode & OTHERS) !== 0)
      return err(`--state ${folder} is open to other users of this machine; run: chmod 700 ${folder}`);
    for (const part of [objects, sites]) await mkdir(part, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "EEXIST" || code === "ENOTDIR" ? "is no folder" : `cannot be used: ${code}`;
    return err(`--state ${folder} ${why}`);
  }
  return lock(path.join(place, "lock"), folder, { objects, sites });
}

/** The system takes the lock of a file from a process that ends, however it ends. Node offers such a lock through SQLite only. */
async function lock(
  file: string,
  folder: string,
  parts: Omit<StateFolder, "release">,
): Promise<Result<StateFolder, string>> {
  const { DatabaseSync } = await import("node:sqlite");
  try {
    const database = new DatabaseSync(file);
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      throw error;
    }
    return ok({ ...parts, release: () => database.close() });
  } catch (error) {
    const { message } = error as Error;
    return err(
      /locked/.test(message)
        ? `--state ${folder} is in use by another headgate serve`
        : `--state ${folder} cannot be used: ${message}`,
    );
  }
}
