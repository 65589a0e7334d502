// What is believed of one origin: good, ejected or on probation, and why? Learned from what its requests came to. Nothing is
// remembered of an origin that is plainly good.

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
  /** Bodies that it has broken off since the last whole one, of those whose end was noticed. */
  readonly cuts?: number;
}

export interface Window {
  readonly since: number;
  readonly requests: number;
  readonly failures: number;
}

export interface Comeback {
  readonly since: number;
  /** For so long its weight grows. */
  readonly growsForMs: number;
  /** An origin that is ejected again before that is ejected for longer. */
  readonly until: number;
  readonly times: number;
  /** It can still be under way if another request was answered first. */
  readonly trial: Trial | undefined;
}

export interface Trial {
  readonly sentAt: number;
  readonly lostAt: number;
}

export interface Out {
  readonly kind: "out";
  /** `connect`, `timeout`, a status, `body-cut` or `failure-rate`. */
  readonly because: string;
  readonly since: number;
  /** Then it is on probation. */
  readonly until: number;
  /** How often it was ejected in succession, this time included. */
  readonly times: number;
  readonly trial: Trial | undefined;
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

/** How the body of an answer ended, where that is noticed. */
export interface BodyEnd extends Pick<Ended, "sentAt" | "at" | "random"> {
  /** `cut`: the origin has broken it off. */
  readonly how: "whole" | "cut";
}

/** Of its weight, at the beginning of a slow start. */
export const LEAST_SHARE = 0.1;

export function standingAt(remembered: Remembered | undefined, now: number): Standing {
  if (remembered?.kind !== "out") return { kind: "good", share: shareOf(remembered?.comeback, now) };
  const { because, since, until, trial } = remembered;
  if (!isReached(until, since, now)) return { kind: "ejected", because, since, until };
  return { kind: "probation", because, since, until, isTried: trial !== undefined && isUnderWay(trial, now) };
}

const shareOf = (comeback: Comeback | undefined, now: number): number =>
  comeback ? grownShare(comeback.since, comeback.growsForMs, now) : 1;

/** Of its weight, for an origin that is back since then. */
export function grownShare(since: number, growsForMs: number, now: number): number {
  if (isReached(since + growsForMs, since, now)) return 1;
  return Math.max(LEAST_SHARE, (now - since) / growsForMs);
}

const isUnderWay = ({ sentAt, lostAt }: Trial, now: number): boolean => !isReached(lostAt, sentAt, now);

/** Everything is over when the clock was set back: nothing may last because of that. */
export const isReached = (end: number, since: number, now: number): boolean => now >= end || now < since;
