// Which probes does a site want? Isolates tell it with their reports, because they know which versions they serve. So it is the same
// wherever the sites come from, and a site that is removed or has no traffic is told by nobody.
import type { ProbePlan } from "./probe.ts";

/** Probing pauses if no isolate has told of the site for so long. */
export const PAUSES_AFTER_MS = 600_000;
/** A version that no isolate has told of for so long, while others were told, is no longer served. */
export const REPLACED_AFTER_MS = 120_000;
/** As many as may be served within that time. */
const MAX_PLANS_KEPT = 4;

export interface PlanTold extends ProbePlan {
  readonly toldAt: number;
}

export interface PlansTold {
  /** When an isolate last told anything; 0 if none has. */
  readonly heardAt: number;
  /** Only those with probes. The one that was told last is first. */
  readonly plans: readonly PlanTold[];
}

export const NO_PLANS: PlansTold = { heardAt: 0, plans: [] };

export function hearPlans(before: PlansTold, told: readonly ProbePlan[], now: number): PlansTold {
  const news = told.filter(({ probes }) => probes.length > 0).map((plan) => ({ ...plan, toldAt: now }));
  const others = before.plans
    .filter(({ version }) => !news.some((plan) => plan.version === version))
    // The clock may have been set back.
    .map((plan) => ({ ...plan, toldAt: Math.min(plan.toldAt, now) }))
    .filter(({ toldAt }) => now - toldAt < REPLACED_AFTER_MS);
  return { heardAt: now, plans: [...news, ...others].slice(0, MAX_PLANS_KEPT) };
}

/** Whether they ask for the same, whenever it was told. */
export const isSamePlans = (one: PlansTold, other: PlansTold): boolean =>
  one.plans.length === other.plans.length &&
  one.plans.every((plan, at) => {
    const like = other.plans[at];
    return plan.version === like?.version && JSON.stringify(plan.probes) === JSON.stringify(like.probes);
  });

export const isPaused = ({ heardAt, plans }: PlansTold, now: number): boolean =>
  plans.length === 0 || now - heardAt >= PAUSES_AFTER_MS;
