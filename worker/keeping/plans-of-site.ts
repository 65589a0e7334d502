// Which probes does an isolate tell the keeper of, for the site that it serves?
import type { CompiledSite } from "../site.ts";
import { MAX_PLANS, MAX_PROBES, type ProbePlan } from "./probe.ts";

/** Those of the version that a client gets, and in a rollout those of the other one. */
export function plansOf(site: CompiledSite): readonly ProbePlan[] {
  const versions = [site, ...(site.otherVersion ? [site.otherVersion()] : [])];
  return versions.slice(0, MAX_PLANS).map(({ version, pools }) => ({
    version,
    probes: [...pools.values()].flatMap(({ probes }) => probes).slice(0, MAX_PROBES),
  }));
}
