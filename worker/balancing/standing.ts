// What is believed of one origin: good, ejected or on probation, and why? Learned from what its requests came to. A machine: what is
// remembered, an event, and what is remembered then. Nothing is remembered of an origin that is plainly good.
import type { OutlierRules } from "./outlier-rules.ts";

export type Standing =
  /** `share`: of its weight, lower than 1 while it returns. */
  | { readonly kind: "good"; readonly share: number }
  | { readonly kind: "ejected"; readonly because: string; readonly since: number; readonly until: number }
  /** Its time is over. One request at a time tries it; `isTried` if one is doing so. */
  | {
      readonly kind: "probation";
      readonly because: string;
      /** When it was ejected, and when that ended. */
      readonly since: number;
      readonly until: number;
      readonly isTried: boolean;
    };

export type Remembered = Serving | Out;

/** It serves, and something is remembered of it. */
export interface Serving {
  readonly kind: "serving";
  /** Failures since the last good answer. */
  readonly inARow: number;
  /** Opened by a failure. */
  readonly window: Window | undefined;
  /** Since it came back. */
  readonly comeback: Comeback | undefined;
}

interface Window {
  readonly since: number;
  readonly requests: number;
  readonly failures: number;
}

interface Comeback {
  readonly since: number;
  /** For so long its weight grows. */
  readonly growsForMs: number;
  /** An origin that is ejected again before that is ejected for longer. */
  readonly until: number;
  readonly times: number;
}

export interface Out {
  readonly kind: "out";
  /** `connect`, `timeout`, a status, or `failure-rate`. */
  readonly because: string;
  readonly since: number;
  /** Then it is on probation. */
  readonly until: number;
  /** How often it was ejected in succession, this time included. */
  readonly times: number;
  readonly trial: { readonly sentAt: number; readonly lostAt: number } | undefined;
}

/** How a request to the origin ended. */
export interface Ended {
  /** Undefined if it says nothing of the origin. */
  readonly outcome: "answered" | "answered-badly" | "failed" | undefined;
  /** Of a failure: `connect`, `timeout` or a status. */
  readonly because: string;
  readonly sentAt: number;
  readonly at: number;
  /** In [0, 1). */
  readonly random: number;
}

/** What the rest of the pool allows. */
export interface Around {
  readonly mayEject: boolean;
  /** Another origin serves. */
  readonly othersServe: boolean;
}

/** A failure rate says something only of so many requests. */
export const RATE_OF_AT_LEAST = 20;
/** An ejection lasts no longer, unless the site's own first one does. */
export const LONGEST_EJECTION_MS = 300_000;
/** An ejection is up to so much longer, so that isolates do not all try an origin at the same moment. */
export const JITTER = 0.25;
/** Of its weight, at the beginning of a slow start. */
export const LEAST_SHARE = 0.1;

export function standingAt(remembered: Remembered | undefined, now: number): Standing {
  if (remembered?.kind !== "out") return { kind: "good", share: shareOf(remembered?.comeback, now) };
  const { because, since, until, trial } = remembered;
  if (!isReached(until, since, now)) return { kind: "ejected", because, since, until };
  return { kind: "probation", because, since, until, isTried: trial !== undefined && isUnderWay(trial, now) };
}

/** A request is sent to an origin that is out. If nobody tries it yet, this one does. */
export function afterSent(
  before: Remembered | undefined,
  at: number,
  withinMs: number,
): Remembered | undefined {
  const standing = standingAt(before, at);
  if (before?.kind !== "out" || standing.kind !== "probation" || standing.isTried) return before;
  return { ...before, trial: { sentAt: at, lostAt: at + withinMs } };
}

export function afterEnd(
  before: Remembered | undefined,
  ended: Ended,
  rules: OutlierRules,
  around: Around,
): Remembered | undefined {
  if (before?.kind === "out") return afterEndWhileOut(before, ended, rules, around);
  if (ended.outcome === undefined) return before;
  return ended.outcome === "answered"
    ? afterAnswer(before, ended.at, rules)
    : afterFailure(before, ended, rules, around);
}

function afterAnswer(before: Serving | undefined, at: number, rules: OutlierRules): Serving | undefined {
  if (before === undefined) return undefined;
  const window = counted(before.window, 0, at, rules);
  const comeback = current(before.comeback, at);
  return window || comeback ? { kind: "serving", inARow: 0, window, comeback } : undefined;
}

function afterFailure(
  before: Serving | undefined,
  ended: Ended,
  rules: OutlierRules,
  { mayEject, othersServe }: Around,
): Remembered {
  const comeback = current(before?.comeback, ended.at);
  const now: Serving = {
    kind: "serving",
    inARow: Math.min((before?.inARow ?? 0) + 1, rules.consecutive),
    window: counted(before?.window, 1, ended.at, rules),
    comeback,
  };
  const because = reasonToEject(now, ended, rules);
  if (because === undefined || !mayEject) return now;
  return ejected(because, nextTime(comeback?.times ?? 0, othersServe), ended, rules);
}

/** An origin that does not answer is ejected at once. One that answers badly may have only one bad page. */
function reasonToEject(
  { inARow, window }: Serving,
  { outcome, because }: Ended,
  rules: OutlierRules,
): string | undefined {
  if (outcome === "failed" || inARow >= rules.consecutive) return because;
  const isBusy = window !== undefined && window.requests >= RATE_OF_AT_LEAST;
  return isBusy && window.failures / window.requests >= rules.rate ? "failure-rate" : undefined;
}

function afterEndWhileOut(out: Out, ended: Ended, rules: OutlierRules, { othersServe }: Around): Remembered {
  const { outcome, because, sentAt, at } = ended;
  if (outcome === undefined) return out.trial?.sentAt === sentAt ? { ...out, trial: undefined } : out;
  if (outcome === "answered") return sentAt >= out.since ? back(out, at, rules) : afterLateAnswer(out, at);
  // Those that were sent before say nothing new, however many there are.
  if (sentAt < out.since || !isReached(out.until, out.since, sentAt)) return out;
  return ejected(because, nextTime(out.times, othersServe), ended, rules);
}

/** The answer to a request from before the ejection: whoever could not be reached can be. Bad answers it does not outweigh. */
const afterLateAnswer = (out: Out, at: number): Out =>
  out.because === "connect" || out.because === "timeout" ? onProbation(out, at) : out;

export const onProbation = (out: Out, at: number): Out =>
  isReached(out.until, out.since, at) ? out : { ...out, until: at };

/** Its weight grows for as long as it was away, at most for the time of a slow start. */
function back(out: Out, at: number, { slowStartMs }: OutlierRules): Serving {
  const comeback: Comeback = {
    since: at,
    growsForMs: Math.min(slowStartMs, Math.max(0, at - out.since)),
    until: at + Math.max(slowStartMs, out.until - out.since),
    times: out.times,
  };
  return { kind: "serving", inARow: 0, window: undefined, comeback };
}

function ejected(because: string, times: number, { at, random }: Ended, rules: OutlierRules): Out {
  const ms = ejectionMs(times, rules) * (1 + JITTER * random);
  return { kind: "out", because, since: at, until: at + Math.round(ms), times, trial: undefined };
}

/** Each time twice as long. */
export const ejectionMs = (times: number, { ejectMs }: Pick<OutlierRules, "ejectMs">): number =>
  Math.min(ejectMs * 2 ** (times - 1), Math.max(ejectMs, LONGEST_EJECTION_MS));

/** While no origin serves, the time does not grow: the first one that is well again is to be found soon. */
const nextTime = (times: number, othersServe: boolean): number =>
  othersServe ? times + 1 : Math.max(1, times);

function counted(
  before: Window | undefined,
  failures: 0 | 1,
  at: number,
  { windowMs }: OutlierRules,
): Window | undefined {
  if (before && !isReached(before.since + windowMs, before.since, at))
    return { ...before, requests: before.requests + 1, failures: before.failures + failures };
  return failures === 1 ? { since: at, requests: 1, failures: 1 } : undefined;
}

const current = (comeback: Comeback | undefined, at: number): Comeback | undefined =>
  comeback && !isReached(comeback.until, comeback.since, at) ? comeback : undefined;

function shareOf(comeback: Comeback | undefined, now: number): number {
  if (!comeback || isReached(comeback.since + comeback.growsForMs, comeback.since, now)) return 1;
  return Math.max(LEAST_SHARE, (now - comeback.since) / comeback.growsForMs);
}

const isUnderWay = ({ sentAt, lostAt }: NonNullable<Out["trial"]>, now: number): boolean =>
  !isReached(lostAt, sentAt, now);

/** Everything is over when the clock was set back: nothing may last because of that. */
const isReached = (end: number, since: number, now: number): boolean => now >= end || now < since;
