// Is this a valid site? All problems at once: those of the file's shape, and where that is right those between
// its parts.
import { err, ok, type Result } from "../result.ts";
import { actionFaults } from "./faults/actions.ts";
import { captureFaults } from "./faults/captures.ts";
import { duplicateNames } from "./faults/duplicate-names.ts";
import { idlePools } from "./faults/idle-pools.ts";
import { mergedSlashes } from "./faults/merged-slashes.ts";
import { unknownNamesInTests } from "./faults/test-names.ts";
import type { Problem } from "./problem.ts";
import { type Site, siteSchema } from "./schema.ts";
import { shapeProblems } from "./shape-problems.ts";
import { wording } from "./wording.ts";

const FAULTS_BETWEEN_PARTS: readonly ((site: Site) => Problem[])[] = [
  duplicateNames,
  idlePools,
  actionFaults,
  captureFaults,
  mergedSlashes,
  unknownNamesInTests,
];

export function validateSite(value: unknown): Result<Site, Problem[]> {
  const parsed = siteSchema.safeParse(value, { error: wording });
  if (!parsed.success) return err(shapeProblems(parsed.error.issues));
  const faults = FAULTS_BETWEEN_PARTS.flatMap((faultsIn) => faultsIn(parsed.data));
  return faults.length === 0 ? ok(parsed.data) : err(faults);
}
