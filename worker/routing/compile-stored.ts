// What the store holds, made ready for use: the text is checked as `headgate check` does, and compiled.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Problem } from "../../shared/site/problem.ts";
import { readStoredSite } from "../../shared/site/stored.ts";
import { type CompiledSite, compileSite } from "../site.ts";

export function compileStored(
  text: string,
  version: string,
): Result<CompiledSite | { readonly sameAs: string }, Problem[]> {
  const stored = readStoredSite(text);
  if (!stored.ok || "sameAs" in stored.value) return stored as Result<{ readonly sameAs: string }, Problem[]>;
  try {
    return ok(compileSite(stored.value, version));
  } catch (error) {
    // A fault of ours: the check let it through. It takes down this version of this site and nothing else.
    return err([{ path: "", message: `passes the check and does not compile: ${String(error)}` }]);
  }
}
