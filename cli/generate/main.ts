// `npm run generate`: writes the files that are generated from the schemas and the checks of a site file and of the admin API. With --check
// it writes nothing, and fails if a file is out of date.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { OPERATIONS } from "../../shared/admin/operations.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import { configurationPage } from "./configuration-page.ts";
import { editorSchema } from "./editor-schema.ts";
import { openApiOf } from "./openapi.ts";
import { siteJsonSchema } from "./site-json-schema.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** Path from the root of the project → text. */
export async function generated(): Promise<Record<string, string>> {
  const schema = siteJsonSchema();
  return {
    "shared/site.schema.json": `${JSON.stringify(editorSchema(schema), null, 2)}\n`,
    "shared/admin/openapi.json": `${JSON.stringify(openApiOf(OPERATIONS), null, 2)}\n`,
    "shared/site/checking-rules.ts": await checkingRules(),
    "docs/configuration.md": configurationPage(schema),
  };
}

const CHECK = new URL("../../shared/site/validate.ts", import.meta.url).pathname;

/**
 * The text of shared/site/checking-rules.ts: a fingerprint of the code that checks a site in the Worker, including Zod. Any
 * change of that code makes the edge check stored sites again; a change of a comment or a description does not.
 */
async function checkingRules(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [CHECK],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    conditions: ["workerd"],
    legalComments: "none",
  });
  const fingerprint = await fingerprintOf(outputFiles[0]?.text ?? "");
  return `// Written by \`npm run generate\`. The rules that a site is checked by: a fingerprint of the code of validate.ts.
export const CHECKING_RULES = "${fingerprint}";
`;
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
