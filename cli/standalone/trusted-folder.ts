// May what is put into the system's folder for temporary files be believed when it is read again? A user who may rename entries of
// the folder, or of one above it, could put sites or a configuration of his own in the place of ours, and the configuration
// leads to the private key.
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "../../shared/result.ts";

const STICKY = 0o1000;
/** A group that may write was given that right. */
const WRITABLE_BY_ALL = 0o002;

/** Its path without links. The error is a sentence. */
export async function trustedFolder(folder: string): Promise<Result<string, string>> {
  try {
    const real = await realpath(folder);
    for (let place = real; ; place = path.dirname(place)) {
      const { uid, mode } = await stat(place);
      const isForeign = uid !== 0 && uid !== process.getuid?.();
      // In a sticky folder, such as /tmp, only the owner of an entry may rename it.
      const isOpen = (mode & WRITABLE_BY_ALL) !== 0 && (mode & STICKY) === 0;
      if (process.getuid && (isForeign || isOpen)) {
        const why = isForeign ? "belongs to another user" : "can be written by other users";
        return err(
          `TMPDIR is ${folder}, and ${place} ${why}, who could replace the sites; choose another TMPDIR`,
        );
      }
      if (place === path.dirname(place)) return ok(real);
    }
  } catch (error) {
    return err(`TMPDIR is ${folder}, which cannot be used: ${(error as NodeJS.ErrnoException).code}`);
  }
}
