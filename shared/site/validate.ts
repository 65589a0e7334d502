// Is this a valid site? Reports all problems at once: those of the file's shape, and those between parts whose shape is
// right.
import { err, ok, type Result } from "../result.ts";
import { accessFaults } from "./faults/access.ts";
import { actionFaults, errorPageFaults, idlePools, sorryFaults } from "./faults/actions.ts";
import { authFaults } from "./faults/auth.ts";
import { balanceFaults } from "./faults/balance.ts";
import { captureFaults } from "./faults/captures.ts";
import { corsFaults } from "./faults/cors.ts";
import { edgeWrittenFields } from "./faults/edge-written-fields.ts";
import { healthFaults } from "./faults/health.ts";
import { limitFaults } from "./faults/limits.ts";
import { logFieldFaults } from "./faults/log-fields.ts";
import { maintenanceFaults } from "./faults/maintenance.ts";
import { cookiesTakenTwice, duplicateNames, unknownNamesInTests } from "./faults/names.ts";
import { openRedirects } from "./faults/open-redirects.ts";
import { tlsWithoutHttps } from "./faults/origin-tls.ts";
import { mergedSlashes, reservedPaths } from "./faults/path-patterns.ts";
import { purgeRequestFaults } from "./faults/purge-requests.ts";
import { secretPlaceFaults } from "./faults/secret-places.ts";
import { withInherited } from "./inherited.ts";
import type { Problem } from "./problem.ts";
import { rawFaults } from "./raw-faults.ts";
import { type Site, siteSchema } from "./schema.ts";
import { shapeProblems } from "./shape-problems.ts";
import { withStandIns } from "./stand-ins.ts";
import { wording } from "./wording.ts";

const FAULTS_BETWEEN_PARTS: readonly ((site: Site) => Problem[])[] = [
  duplicateNames,
  cookiesTakenTwice,
  idlePools,
  actionFaults,
  sorryFaults,
  errorPageFaults,
  balanceFaults,
  captureFaults,
  corsFaults,
  mergedSlashes,
  limitFaults,
  logFieldFaults,
  maintenanceFaults,
  healthFaults,
  reservedPaths,
  edgeWrittenFields,
  openRedirects,
  purgeRequestFaults,
  secretPlaceFaults,
  tlsWithoutHttps,
  accessFaults,
  authFaults,
  unknownNamesInTests,
];

export function validateSite(value: unknown): Result<Site, Problem[]> {
  const raw = rawFaults(value);
  const parsed = siteSchema.safeParse(value, { error: wording });
  if (!parsed.success) {
    const told = new Set(raw.map(({ path }) => path));
    const problems = shapeProblems(parsed.error.issues).filter(({ path }) => !told.has(path));
    return err([...raw, ...problems, ...faultsBeside([...raw, ...problems], value)]);
  }
  const site = withInherited(parsed.data, value);
  const faults = [...raw, ...faultsBetweenParts(site)];
  return faults.length === 0 ? ok(site) : err(faults);
}

const faultsBetweenParts = (site: Site): Problem[] =>
  FAULTS_BETWEEN_PARTS.flatMap((faultsIn) => faultsIn(site));

/** Faults between the parts whose shape is right. */
function faultsBeside(problems: readonly Problem[], value: unknown): Problem[] {
  const repaired = withStandIns(value, problems);
  const parsed = repaired && siteSchema.safeParse(repaired.value);
  return parsed?.success
    ? faultsBetweenParts(withInherited(parsed.data, repaired?.value)).filter(
        (fault) => !repaired?.isStandIn(fault),
      )
    : [];
}
