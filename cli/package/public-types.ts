// Which declarations does a user of the package need? Those that its entry points name, directly or through others. The compiler writes one
// for every source file, which would be a tenth of the package.
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";

/** `from "./a.ts"`, `import("./a.ts")`, `import "./a.ts"`. */
const NAMED = /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;

/** Removes the others. `entries`: their paths in the folder. */
export async function keepPublicTypes(folder: string, entries: readonly string[]): Promise<void> {
  const needed = new Set<string>();
  const reach = async (file: string): Promise<void> => {
    if (needed.has(file)) return;
    needed.add(file);
    const text = await readFile(path.join(folder, file), "utf8");
    for (const [, named = ""] of text.matchAll(NAMED)) {
      const declared = path.join(path.dirname(file), named).replace(/\.(?:ts|js)$/, ".d.ts");
      if (declared.endsWith(".d.ts")) await reach(declared);
    }
  };
  for (const entry of entries) await reach(entry);
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = all.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
  await Promise.all(files.filter((file) => !needed.has(path.relative(folder, file))).map((file) => rm(file)));
}
