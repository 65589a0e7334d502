// Compiles a site as the store has it. A text that the command line has checked needs no schema here, so no schema is loaded.
import { err, ok, type Result } from "../../shared/result.ts";
import { CHECKING_RULES } from "../../shared/site/checking-rules.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Problem } from "../../shared/site/problem.ts";
import { type Pointer, readStored, type Stored } from "../../shared/site/stored.ts";
import { compileSite } from "../compile-site.ts";
import type { Secrets } from "../ports.ts";
import type { CompiledSite } from "../site.ts";

type Direct = Exclude<Stored, { kind: "record" }>;

/** `version` is that of a text that names none itself. */
export async function compileStored(
  stored: Direct,
  version: string,
  secrets: Secrets,
): Promise<Result<CompiledSite | Pointer, Problem[]>> {
  if (stored.kind === "pointer") return ok(stored);
  if (stored.kind === "unchecked") return compileUnchecked(stored.file, version, secrets);
  if ((await fingerprintOf(stored.body)) !== stored.fingerprint) {
    return err([{ path: "", message: "was changed after it was checked; push its site file again" }]);
  }
  return stored.checkedBy === CHECKING_RULES
    ? ok(compileSite(JSON.parse(stored.siteJson), stored.version, { secrets }))
    : compileUnchecked(JSON.parse(stored.fileJson), stored.version, secrets);
}

/** What stands under the key of a version: a site, and the one that the key says. */
export async function compileVersion(
  text: string,
  version: string,
  secrets: Secrets,
): Promise<Result<CompiledSite, Problem[]>> {
  const read = readStored(text);
  if (!read.ok) return read;
  if (read.value.kind === "record") return err([{ path: "", message: "is a record, not a site" }]);
  const compiled = await compileStored(read.value, version, secrets);
  if (!compiled.ok) return compiled;
  const { value } = compiled;
  if ("sameAs" in value) return err([{ path: "", message: "is a pointer, not a site" }]);
  return value.version === version ? ok(value) : err([{ path: "", message: `is version ${value.version}` }]);
}

async function compileUnchecked(
  file: unknown,
  version: string,
  secrets: Secrets,
): Promise<Result<CompiledSite, Problem[]>> {
  const unchecked = await import("./compile-unchecked.ts");
  return unchecked.compileUnchecked(file, version, secrets);
}
