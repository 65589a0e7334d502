// What is remembered of an origin after an event at it? A machine: what was remembered, the event, and what is remembered then.
import type { OutlierRules } from "./outlier-rules.ts";
import {
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
  const times = nextTime(comeback?.times ?? 0, othersServe);
  return ejected(because, times, ended, { rules, trial: comeback?.trial });
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

/** Its weight grows for as long as it was away, at most for the time of a slow start. */
function back(out: Out, { at, sentAt }: Ended, { slowStartMs }: OutlierRules): Serving {
  const comeback: Comeback = {
    since: at,
    growsForMs: Math.min(slowStartMs, Math.max(0, at - out.since)),
    until: at + Math.max(slowStartMs, out.until - out.since),
    times: out.times,
    trial: otherThan(sentAt, out.trial),
  };
  return { kind: "serving", inARow: 0, window: undefined, comeback };
}

/** Another request can end before the trial does. The trial then goes on, and holds its place. */
const otherThan = (sentAt: number, trial: Trial | undefined): Trial | undefined =>
  trial?.sentAt === sentAt ? undefined : trial;

function ejected(
  because: string,
  times: number,
  { sentAt, at, random }: Ended,
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

const current = (comeback: Comeback | undefined, at: number): Comeback | undefined =>
  comeback && !isReached(comeback.until, comeback.since, at) ? comeback : undefined;
