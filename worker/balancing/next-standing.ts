// What is remembered of an origin after an event at it? A machine: what was remembered, the event, and what is remembered then.
import type { OutlierRules } from "./outlier-rules.ts";
import {
  type BodyEnd,
  type Comeback,
  type Ended,
  isReached,
  type Out,
  type Remembered,
  type Serving,
  standingAt,
  type Trial,
  type Window,
} from "./standing.ts";

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

/**
 * The header of the answer was good and has counted as that. Envoy counts a reset in the middle of a response as a failure too; there,
 * each good header begins the count of failures in a row anew, so here bodies have a count of their own. One that was sent before an
 * ejection says nothing new.
 */
export function afterBody(
  before: Remembered | undefined,
  body: BodyEnd,
  rules: OutlierRules,
  { mayEject, othersServe }: Around,
): Remembered | undefined {
  if (before?.kind === "out") return before;
  if (body.how === "whole") return before?.cuts ? worthRemembering({ ...before, cuts: 0 }) : before;
  const comeback = current(before?.comeback, body.at);
  const now: Serving = {
    kind: "serving",
    inARow: before?.inARow ?? 0,
    window: countedCut(before?.window, body.at, rules),
    comeback,
    cuts: Math.min((before?.cuts ?? 0) + 1, rules.consecutive),
  };
  if (!mayEject || (now.cuts !== rules.consecutive && !failsOften(now, rules))) return now;
  const times = nextTime(comeback?.times ?? 0, othersServe);
  return ejected("body-cut", times, body, { rules, trial: comeback?.trial });
}

function afterAnswer(before: Serving | undefined, at: number, rules: OutlierRules): Serving | undefined {
  if (before === undefined) return undefined;
  if (before.inARow === 0 && !before.window && !before.comeback) return before; // only its bodies are remembered
  const window = counted(before.window, 0, at, rules);
  return worthRemembering({ ...before, inARow: 0, window, comeback: current(before.comeback, at) });
}

/** Undefined if nothing speaks against the origin any more. */
const worthRemembering = (serving: Serving): Serving | undefined =>
  serving.inARow || serving.window || serving.comeback || serving.cuts ? serving : undefined;

function afterFailure(
  before: Serving | undefined,
  ended: Ended,
  rules: OutlierRules,
  { mayEject, othersServe }: Around,
): Remembered {
  const comeback = current(before?.comeback, ended.at);
  const now: Serving = {
    ...before,
    kind: "serving",
    inARow: Math.min((before?.inARow ?? 0) + 1, rules.consecutive),
    window: counted(before?.window, 1, ended.at, rules),
    comeback,
  };
  const because = reasonToEject(now, ended, rules);
  if (because === undefined || !mayEject) return now;
  const times = nextTime(comeback?.times ?? 0, othersServe);
  return ejected(because, times, ended, { rules, trial: comeback?.trial });
}

/** An origin that does not answer is ejected at once. One that answers badly may have only one bad page. */
function reasonToEject(now: Serving, { outcome, because }: Ended, rules: OutlierRules): string | undefined {
  if (outcome === "failed" || now.inARow >= rules.consecutive) return because;
  return failsOften(now, rules) ? "failure-rate" : undefined;
}

const failsOften = ({ window }: Serving, { rate }: OutlierRules): boolean =>
  window !== undefined && window.requests >= RATE_OF_AT_LEAST && window.failures / window.requests >= rate;

function afterEndWhileOut(out: Out, ended: Ended, rules: OutlierRules, { othersServe }: Around): Remembered {
  const { outcome, because, sentAt, at } = ended;
  if (outcome === undefined) return out.trial?.sentAt === sentAt ? { ...out, trial: undefined } : out;
  if (outcome === "answered") return sentAt >= out.since ? back(out, ended, rules) : afterLateAnswer(out, at);
  // Those that were sent before say nothing new, however many there are.
  if (sentAt < out.since || !isReached(out.until, out.since, sentAt)) return out;
  return ejected(because, nextTime(out.times, othersServe), ended, { rules, trial: out.trial });
}

/** The answer to a request from before the ejection: whoever could not be reached can be. Bad answers it does not outweigh. */
const afterLateAnswer = (out: Out, at: number): Out =>
  out.because === "connect" || out.because === "timeout" ? onProbation(out, at) : out;

export const onProbation = (out: Out, at: number): Out =>
  isReached(out.until, out.since, at) ? out : { ...out, until: at };

/**
 * Its weight grows for as long as it was away, at most for the time of a slow start. One that was out because of its bodies has shown a
 * header only: its next cut ejects it again.
 */
function back(out: Out, { at, sentAt }: Ended, { slowStartMs, consecutive }: OutlierRules): Serving {
  const comeback: Comeback = {
    since: at,
    growsForMs: Math.min(slowStartMs, Math.max(0, at - out.since)),
    until: at + Math.max(slowStartMs, out.until - out.since),
    times: out.times,
    trial: otherThan(sentAt, out.trial),
  };
  const serving: Serving = { kind: "serving", inARow: 0, window: undefined, comeback };
  return out.because === "body-cut" ? { ...serving, cuts: consecutive - 1 } : serving;
}

/** Another request can end before the trial does. The trial then goes on, and holds its place. */
const otherThan = (sentAt: number, trial: Trial | undefined): Trial | undefined =>
  trial?.sentAt === sentAt ? undefined : trial;

function ejected(
  because: string,
  times: number,
  { sentAt, at, random }: Pick<Ended, "sentAt" | "at" | "random">,
  { rules, trial }: { readonly rules: OutlierRules; readonly trial: Trial | undefined },
): Out {
  const ms = ejectionMs(times, rules) * (1 + JITTER * random);
  return {
    kind: "out",
    because,
    since: at,
    until: at + Math.round(ms),
    times,
    trial: otherThan(sentAt, trial),
  };
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

/** Its request has been counted with its header, if there was a window. */
function countedCut(before: Window | undefined, at: number, rules: OutlierRules): Window | undefined {
  const window = counted(before, 1, at, rules);
  return window && { ...window, requests: Math.max(window.failures, window.requests - 1) };
}

const current = (comeback: Comeback | undefined, at: number): Comeback | undefined =>
  comeback && !isReached(comeback.until, comeback.since, at) ? comeback : undefined;
