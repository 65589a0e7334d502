// All claims, in the order of the report.
import type { Claim } from "../claim.ts";
import { admission } from "./admission.ts";
import { bundle } from "./bundle.ts";
import { cacheApiHit } from "./cache-api-hit.ts";
import { compressedHit } from "./compressed-hit.ts";
import { features, featuresPassed } from "./features.ts";
import { firstAnswer } from "./first-answer.ts";
import { idle } from "./idle-clients.ts";
import { limits } from "./limits.ts";
import { logHit, logPassed } from "./log.ts";
import { memoryHit } from "./memory-hit.ts";
import { noise } from "./noise.ts";
import { otherEnginesHit, otherEnginesPass } from "./other-engines.ts";
import { pass1m, pass10k } from "./pass-through.ts";
import { processes } from "./processes.ts";
import { purgeMarks } from "./purge-marks.ts";
import { routes } from "./routes.ts";
import { sites, sitesInKv } from "./sites.ts";
import { startUp } from "./start-up.ts";
import { streaming } from "./streaming.ts";

export const CLAIMS: readonly Claim[] = [
  noise,
  memoryHit,
  cacheApiHit,
  compressedHit,
  pass10k,
  pass1m,
  processes,
  routes,
  sites,
  sitesInKv,
  features,
  featuresPassed,
  limits,
  admission,
  logHit,
  logPassed,
  streaming,
  idle,
  bundle,
  startUp,
  firstAnswer,
  purgeMarks,
  otherEnginesHit,
  otherEnginesPass,
];
