// Has a file changed? Also where a link leads: Kubernetes replaces the files of a ConfigMap by changing one.
import { realpath, stat } from "node:fs/promises";

/** Differs when the file was written, replaced or deleted, or when a link leads elsewhere. */
export async function fileState(file: string, mayBeLink = true): Promise<string> {
  const found = await Promise.all([mayBeLink ? realpath(file) : file, stat(file, { bigint: true })]).catch(
    () => undefined,
  );
  return found ? [file, found[0], found[1].ino, found[1].size, found[1].mtimeNs].join("\t") : file;
}
