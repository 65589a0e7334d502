// Checks and compiles a site file that was not checked by the current rules, so that it is refused before a request
// meets its fault. This is the only file that imports Zod and the schemas. It is loaded when needed.
import { err, type Result } from "../../shared/result.ts";
import type { Problem } from "../../shared/site/problem.ts";
import { validateSite } from "../../shared/site/validate.ts";
import type { Secrets } from "../ports.ts";
import type { CompiledSite } from "../site.ts";
import { compileWhole } from "./compile-whole.ts";

/** Only the command line runs tests. A site must not go down because newer rules reject one of its tests. */
const withoutTests = (file: unknown): unknown =>
  typeof file === "object" && file !== null && !Array.isArray(file) ? { ...file, tests: [] } : file;

export function compileUnchecked(
  file: unknown,
  version: string,
  secrets?: Secrets,
): Result<CompiledSite, Problem[]> {
  try {
    const valid = validateSite(withoutTests(file));
    return valid.ok ? compileWhole(valid.value, version, secrets) : valid;
  } catch (error) {
    // A file nested a thousand levels deep, or a bug of ours. It affects this version of this site and nothing else.
    return err([{ path: "", message: `the file cannot be checked: ${String(error)}` }]);
  }
}
