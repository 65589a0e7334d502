// What a keeper knows of the probes of its site: which are wanted, which are due, and what they have found. Plain JSON: it is stored as it
// is, because a keeper may be taken out of memory between two probes.
import {
  BACK_IS_TOLD_MS,
  type Down,
  MAX_ORIGINS_TOLD,
  type OriginTold,
  originName,
  type StoredOrigins,
} from "./origins-told.ts";
import { type Probe, type ProbePlan, probeKey, readPlans } from "./probe.ts";
import { hearPlans, isPaused, isSamePlans, NO_PLANS, type PlansTold } from "./probe-plans.ts";
import {
  intervalOf,
  notYetProbed,
  observeProbe,
  type Probed,
  type ProbeResult,
  readProbed,
} from "./probed.ts";

export interface Probing {
  readonly plans: PlansTold;
  /** By what is asked (probeKey). */
  readonly probed: Readonly<Record<string, Probed>>;
}

export const NO_PROBING: Probing = { plans: NO_PLANS, probed: {} };

/** Probes that are due within this part of their interval go along with others: each round costs a wake-up and a write. */
const TOGETHER = 0.1;
/**
 * In one go: on Cloudflare's free plan one piece of work may make 50 requests, and the keeper has notices to send as well. The others
 * follow at once.
 */
export const MAX_PROBES_A_ROUND = 40;

const NONE: ReadonlySet<string> = new Set();

/** What isolates have told. What is known of a probe that is no longer wanted is forgotten. */
export function hear(before: Probing, told: readonly ProbePlan[], now: number): Probing {
  if (before.plans.plans.length === 0 && told.every(({ probes }) => probes.length === 0)) return before;
  const plans = hearPlans(before.plans, told, now);
  // Isolates tell the same for a long time, and there may be thousands of them.
  if (isSamePlans(before.plans, plans) && now >= before.plans.heardAt) return { ...before, plans };
  const wanted = new Map(wantedBy(plans).map((probe) => [probeKey(probe), probe]));
  const probed = Object.fromEntries(
    [...wanted].map(([key, probe]) => [key, asOfNow(before.probed[key] ?? notYetProbed(probe, now), now)]),
  );
  return { plans, probed };
}

/** Each once. If two versions differ in how often, the one that was told last decides. */
function wantedBy({ plans }: PlansTold): readonly Probe[] {
  const byKey = new Map<string, Probe>();
  for (const probe of plans.flatMap(({ probes }) => probes)) {
    const key = probeKey(probe);
    if (!byKey.has(key)) byKey.set(key, probe);
  }
  return [...byKey.values()];
}

/** If the clock was set back, a probe that was due soon would be due in a long time. */
const asOfNow = (probed: Probed, now: number): Probed =>
  probed.last && probed.last.at > now ? { ...probed, dueAt: Math.min(probed.dueAt, now) } : probed;

/** The ones that have waited longest first, without those that are `underWay` (their keys). */
export function dueProbes(
  { plans, probed }: Probing,
  now: number,
  underWay: ReadonlySet<string> = NONE,
): readonly Probe[] {
  if (isPaused(plans, now)) return [];
  const known = (probe: Probe) => probed[probeKey(probe)] ?? notYetProbed(probe, now);
  const dueAt = (probe: Probe) => known(probe).dueAt;
  const early = (probe: Probe) => TOGETHER * Math.min(probe.everyMs, intervalOf(known(probe), probe));
  return wantedBy(plans)
    .filter((probe) => dueAt(probe) <= now + early(probe) && !underWay.has(probeKey(probe)))
    .sort((one, other) => dueAt(one) - dueAt(other))
    .slice(0, MAX_PROBES_A_ROUND);
}

/** When the next probe is due that is not `underWay`; undefined if there is none, or while probing is paused. */
export function nextProbeAt(
  { plans, probed }: Probing,
  now: number,
  underWay: ReadonlySet<string> = NONE,
): number | undefined {
  if (isPaused(plans, now)) return undefined;
  const keys = wantedBy(plans).map(probeKey);
  const due = keys.filter((key) => !underWay.has(key)).map((key) => probed[key]?.dueAt ?? now);
  return due.length === 0 ? undefined : Math.max(now, Math.min(...due));
}

/** `random` is asked once for each. */
export function observeProbes(
  before: Probing,
  results: readonly { readonly probe: Probe; readonly result: ProbeResult }[],
  random: () => number,
): Probing {
  const observed = results.flatMap(({ probe, result }) => {
    const key = probeKey(probe);
    const known = before.probed[key]; // it may no longer be wanted
    return known ? [[key, observeProbe(known, probe, result, random())] as const] : [];
  });
  return { ...before, probed: { ...before.probed, ...Object.fromEntries(observed) } };
}

/**
 * The origins that are down. In a rollout two versions may ask an origin of one name in two ways, or at two addresses: it is down if all
 * of them say so.
 */
export function downs({ probed }: Probing): Readonly<Record<string, Down>> {
  const byName = Map.groupBy(Object.values(probed), ({ name }) => name);
  return Object.fromEntries(
    [...byName].flatMap(([name, some]) => {
      const all = some.flatMap(({ down }) => (down ? [down] : []));
      const latest = all.toSorted((one, other) => other.since - one.since)[0];
      return latest && all.length === some.length ? [[name, latest] as const] : [];
    }),
  );
}

/** The origins that were down and have been good again since, in one way at least in which they are asked. */
function backs({ probed }: Probing, now: number): ReadonlyMap<string, number> {
  const back = Object.values(probed).filter((one) => isBack(one) && now - one.since < BACK_IS_TOLD_MS);
  const byName = Map.groupBy(back, ({ name }) => name);
  return new Map([...byName].map(([name, some]) => [name, Math.max(...some.map(({ since }) => since))]));
}

/** One that never was down has been good since it was first probed, which is before any failure. */
const isBack = ({ down, since, lastFailure }: Probed): boolean =>
  !down && lastFailure !== undefined && lastFailure.at < since;

/** Where a change of an origin is told; undefined if its pool does not ask for it. */
export const webhookOf = (
  { plans }: Probing,
  { pool, origin }: { readonly pool: string; readonly origin: string },
): string | undefined =>
  wantedBy(plans).find(({ name, webhook }) => webhook !== undefined && name === originName(pool, origin))
    ?.webhook;

/** When an origin went down or was good again; undefined if it is not probed. */
export const goodSince = ({ probed }: Probing, name: string): number | undefined =>
  Object.values(probed).find((one) => one.name === name && !one.down)?.since;

/**
 * What isolates are told of it, beside what operators have drained. The same object if nothing changes. If there is no room, those that are
 * good again are left out, and those that have gone down last.
 */
export function tellProbed(before: StoredOrigins, probing: Probing, now: number): StoredOrigins {
  const down = downs(probing);
  const back = backs(probing, now);
  const names = new Set([...Object.keys(before), ...Object.keys(down), ...back.keys()]);
  const after = [...names].flatMap((name) => {
    const told = toldOf(down[name], back.get(name), before[name]?.drained);
    return told ? [[name, told] as const] : [];
  });
  const told = Object.fromEntries(after.sort(goodLast).slice(0, MAX_ORIGINS_TOLD));
  return isSame(before, told) ? before : told;
}

function toldOf(
  down: Down | undefined,
  backSince: number | undefined,
  drained: true | undefined,
): OriginTold | undefined {
  if (!down && backSince === undefined && !drained) return undefined;
  return {
    ...(down ? { down } : backSince !== undefined && { backSince }),
    ...(drained && { drained }),
  };
}

const goodLast = ([, one]: Told, [, other]: Told): number => Number(isGood(one)) - Number(isGood(other));
const isGood = ({ drained, down }: OriginTold): boolean => !drained && !down;
type Told = readonly [string, StoredOrigins[string]];

function isSame(one: StoredOrigins, other: StoredOrigins): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => {
    const [a, b] = [one[name], other[name]];
    return (
      a?.drained === b?.drained &&
      a?.backSince === b?.backSince &&
      a?.down?.since === b?.down?.since &&
      a?.down?.because === b?.down?.because
    );
  });
}

/** As it was stored. What cannot be read is forgotten: the probes find it out again. */
export function readProbing(value: unknown): Probing {
  if (typeof value !== "object" || value === null) return NO_PROBING;
  const { plans: told, probed: known } = value as Record<string, unknown>;
  const { heardAt, plans: given } = (told ?? {}) as Record<string, unknown>;
  if (typeof heardAt !== "number" || !Array.isArray(given) || typeof known !== "object" || known === null)
    return NO_PROBING;
  const plans = given.filter((plan) => readPlans([plan]) && Number.isFinite(plan.toldAt));
  const probed = Object.entries(known).flatMap(([key, one]) => {
    const read = readProbed(one);
    return read ? [[key, read] as const] : [];
  });
  return { plans: { heardAt, plans }, probed: Object.fromEntries(probed) };
}
