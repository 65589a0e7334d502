// What do the probes say about one origin? A pure machine: it is good until `fall` probes in a row have failed, and then down until
// `rise` in a row have passed.
import type { Down } from "./origins-told.ts";
import type { Probe } from "./probe.ts";

export interface Probed {
  readonly name: string;
  /** Undefined while it is good. */
  readonly down?: Down;
  /** When it went down or was good again; when it was first probed, if it was good ever since. */
  readonly since: number;
  /** So many probes in a row said the opposite of what is believed. */
  readonly against: number;
  /** When the next one is due. */
  readonly dueAt: number;
  readonly last?: ProbeResult;
  readonly lastFailure?: { readonly at: number; readonly because: string };
  readonly passed: number;
  readonly failed: number;
}

export interface ProbeResult {
  /** When it began. */
  readonly at: number;
  readonly ms: number;
  /** How it failed: `connect`, `timeout`, a status, `body`. Absent if it passed. */
  readonly because?: string;
}

/** A probe comes up to this part of its interval earlier at random, so that sites do not all probe at once. It never comes later. */
const SPREAD = 0.1;

export const notYetProbed = ({ name }: Probe, now: number): Probed => ({
  name,
  since: now,
  against: 0,
  dueAt: now,
  passed: 0,
  failed: 0,
});

/** `spread` is a random number in [0, 1). */
export function observeProbe(before: Probed, probe: Probe, result: ProbeResult, spread: number): Probed {
  const { at, ms, because } = result;
  const endedAt = at + ms;
  const isAgainst = (because !== undefined) !== (before.down !== undefined);
  const against = isAgainst ? before.against + 1 : 0;
  const counted = {
    ...before,
    against,
    last: result,
    ...(because !== undefined && { lastFailure: { at: endedAt, because } }),
    passed: before.passed + (because === undefined ? 1 : 0),
    failed: before.failed + (because === undefined ? 0 : 1),
  };
  const after =
    against >= (before.down ? probe.rise : probe.fall) ? turned(counted, endedAt, because) : counted;
  return { ...after, dueAt: Math.max(endedAt, at + intervalOf(after, probe) * (1 - SPREAD * spread)) };
}

/** From the beginning of the last probe to that of the next. The doubt is the `fastinter` of HAProxy. */
export function intervalOf(
  { against, down, last }: Pick<Probed, "against" | "down" | "last">,
  { everyMs, everyWhenGoodMs, everyInDoubtMs = everyMs }: Probe,
): number {
  if (against > 0) return everyInDoubtMs;
  return down === undefined && last?.because === undefined ? everyWhenGoodMs : everyMs;
}

function turned(before: Probed, at: number, because: string | undefined): Probed {
  const { down: _, ...good } = before;
  const after = { ...good, since: at, against: 0 };
  return because === undefined ? after : { ...after, down: { since: at, because } };
}

/** As it was stored. Undefined if it is something else. */
export function readProbed(value: unknown): Probed | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { name, since, against, dueAt, passed, failed, down } = value as Record<string, unknown>;
  const areNumbers = [since, against, dueAt, passed, failed].every(Number.isFinite);
  const isDown = down === undefined || (typeof down === "object" && down !== null);
  return typeof name === "string" && areNumbers && isDown ? (value as Probed) : undefined;
}
