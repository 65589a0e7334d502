// `npm run generate`: writes the files that are generated from the schema and the checks of a site file. With --check
// it writes nothing, and fails if a file is out of date.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { checkingRules } from "./checking-rules.ts";
import { configurationPage } from "./configuration-page.ts";
import { siteJsonSchema } from "./site-json-schema.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** Path from the root of the project → text. */
export async function generated(): Promise<Record<string, string>> {
  const schema = siteJsonSchema();
  return {
    "shared/site.schema.json": `${JSON.stringify(schema, null, 2)}\n`,
    "shared/site/checking-rules.ts": await checkingRules(),
    "docs/configuration.md": configurationPage(schema),
  };
}

/** The files that are out of date. */
export async function staleFiles(): Promise<string[]> {
  const stale: string[] = [];
  for (const [file, text] of Object.entries(await generated())) {
    const found = await readFile(path.join(ROOT, file), "utf8").catch(() => undefined);
    if (found !== text) stale.push(file);
  }
  return stale;
}

if (import.meta.main) {
  const stale = await staleFiles();
  if (process.argv.includes("--check")) {
    for (const file of stale) console.error(`${file} is stale; run: npm run generate`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    const texts = await generated();
    for (const file of stale) await writeFile(path.join(ROOT, file), texts[file] ?? "");
    console.log(stale.length > 0 ? `wrote ${stale.join(", ")}` : "nothing to write");
  }
}
