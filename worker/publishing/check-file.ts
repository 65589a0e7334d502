// Checks a site file that was sent to the edge, as `headgate check` does, and runs its tests. Only the search for slow expressions
// is left to the command line, because the analysis is larger than the whole edge.
import { err, ok, type Result } from "../../shared/result.ts";
import { fingerprintOf } from "../../shared/site/fingerprint.ts";
import type { Problem } from "../../shared/site/problem.ts";
import { validateSite } from "../../shared/site/validate.ts";
import { failuresOfTest, nameOfTest } from "../explaining/test-failures.ts";
import { compileWhole } from "../routing/compile-whole.ts";
import type { CheckedFile } from "./checked-file.ts";
import { storedText } from "./stored-text.ts";

export type FileObjection =
  | { readonly reason: "invalid"; readonly problems: readonly Problem[] }
  | { readonly reason: "tests-failed"; readonly failures: readonly string[] };

export async function checkFile(
  file: unknown,
  source: string | undefined,
  now: number,
): Promise<Result<CheckedFile, FileObjection>> {
  const valid = validated(file);
  if (!valid.ok) return err({ reason: "invalid", problems: valid.error });
  const site = valid.value;
  const json = JSON.stringify(file);
  const version = await fingerprintOf(json);
  const compiled = compileWhole(site, version);
  if (!compiled.ok) return err({ reason: "invalid", problems: compiled.error });
  const failures = site.tests.flatMap((test) =>
    failuresOfTest(test, compiled.value, site.hosts, now).map(
      ({ expectation, expected, actual }) =>
        `${site.hosts[0]}: ${nameOfTest(test)}: ${expectation} should be ${expected} and is ${actual}`,
    ),
  );
  if (failures.length > 0) return err({ reason: "tests-failed", failures });
  const stored = await storedText({ site, json, version });
  return ok({ site, version, stored, ...(source !== undefined && { source }) });
}

function validated(file: unknown): ReturnType<typeof validateSite> {
  try {
    return validateSite(file);
  } catch (error) {
    // Nested a thousand levels deep, or a bug of ours.
    return err([{ path: "", message: `cannot be checked: ${String(error)}` }]);
  }
}
