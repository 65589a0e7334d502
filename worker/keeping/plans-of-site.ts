// Which probes and address lists does an isolate tell the keeper of, for the site that it serves?
import type { CompiledSite } from "../site.ts";
import { type ListWanted, MAX_WANTED } from "./list-wanted.ts";
import { MAX_PLANS, MAX_PROBES, type ProbePlan } from "./probe.ts";

/** Those of the version that a client gets, and in a rollout those of the other one. */
export function plansOf(site: CompiledSite): readonly ProbePlan[] {
  return versionsOf(site)
    .slice(0, MAX_PLANS)
    .map(({ version, pools }) => ({
      version,
      probes: [...pools.values()].flatMap(({ probes }) => probes).slice(0, MAX_PROBES),
    }));
}

export const listsOf = (site: CompiledSite): readonly ListWanted[] =>
  versionsOf(site)
    .flatMap(({ lists }) => lists)
    .slice(0, MAX_WANTED);

const versionsOf = (site: CompiledSite): readonly CompiledSite[] => [
  site,
  ...(site.otherVersion ? [site.otherVersion()] : []),
];
