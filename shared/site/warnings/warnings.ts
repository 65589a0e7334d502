// Finds parts of a site that are valid but have no effect. A warning stops nothing, and neither does a crash in one of
// these checks.
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";
import { unreachableProblems } from "../unreachable-routes.ts";
import { accessInVain } from "./access-in-vain.ts";
import { authInVain } from "./auth-in-vain.ts";
import { baseInVain } from "./base-in-vain.ts";
import { corsInVain } from "./cors-in-vain.ts";
import { credentialsWritten } from "./credentials-written.ts";
import { contentInVain, hostsInVain, hostsShared, logInVain, purgesInVain, staleInVain } from "./in-vain.ts";
import { limitsInVain } from "./limits-in-vain.ts";
import { outlierInVain } from "./outlier-in-vain.ts";
import { rangesInVain } from "./ranges-in-vain.ts";
import { notOnCloudflare } from "./reached-on-cloudflare.ts";
import { sendingInVain } from "./sending-in-vain.ts";
import { tooManyAttempts, tooManySlices } from "./subrequests.ts";

export interface Warner {
  /** What it searches for, as named in the report of its crash. */
  readonly looksFor: string;
  /** `placeOf` says where another part is: `line 12`. */
  warn(site: Site, placeOf: (part: Problem) => string): Problem[];
}

export const WARNERS: readonly Warner[] = [
  { looksFor: "routes that are never reached", warn: unreachableProblems },
  { looksFor: "stale responses promised without effect", warn: staleInVain },
  { looksFor: "host conditions without effect", warn: hostsInVain },
  { looksFor: "content under a status that never has any", warn: contentInVain },
  { looksFor: "fields of the log that are never filled", warn: logInVain },
  { looksFor: "rules for sending without effect", warn: sendingInVain },
  { looksFor: "requests to purge that reach no route", warn: purgesInVain },
  { looksFor: "responses shared among hosts that origins tell apart", warn: hostsShared },
  { looksFor: "more attempts than Cloudflare starts", warn: tooManyAttempts },
  { looksFor: "more slices than Cloudflare lets pass", warn: tooManySlices },
  { looksFor: "what cannot be had on Cloudflare", warn: notOnCloudflare },
  { looksFor: "access rules without effect", warn: accessInVain },
  { looksFor: "ranges of addresses without effect", warn: rangesInVain },
  { looksFor: "CORS policies without effect", warn: corsInVain },
  { looksFor: "rules for origins that fail, without effect", warn: outlierInVain },
  { looksFor: "paths under which an origin is shown, without effect", warn: baseInVain },
  { looksFor: "limits that hold nobody up", warn: limitsInVain },
  { looksFor: "proofs that are weak or have no effect", warn: authInVain },
  { looksFor: "credentials that are written out", warn: credentialsWritten },
];

export function warningsOf(
  site: Site,
  placeOf: (part: Problem) => string,
  warners: readonly Warner[] = WARNERS,
): Problem[] {
  return warners.flatMap(({ looksFor, warn }) => orItsCrash(looksFor, () => warn(site, placeOf)));
}

/** The result of `find`, or a problem that says it crashed. */
export function orItsCrash(looksFor: string, find: () => Problem[]): Problem[] {
  try {
    return find();
  } catch (error) {
    const message = `the file could not be searched for ${looksFor}: a bug of Headgate, please report it (${String(error)})`;
    return [problemAt([], message, { hint: "the file itself is not at fault" })];
  }
}
