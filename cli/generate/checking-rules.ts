// A fingerprint of the code that checks a site, including Zod. Any change of that code, except comments, makes the
// edge check stored sites again.
import { build } from "esbuild";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";

const CHECK = new URL("../../shared/site/validate.ts", import.meta.url).pathname;

/** The text of shared/site/checking-rules.ts. */
export async function checkingRules(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [CHECK],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    legalComments: "none",
  });
  const fingerprint = await fingerprintOf(outputFiles[0]?.text ?? "");
  return `// Written by \`npm run generate\`. The rules that a site is checked by: a fingerprint of the code of validate.ts.
export const CHECKING_RULES = "${fingerprint}";
`;
}
