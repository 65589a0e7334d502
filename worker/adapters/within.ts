// Limits how long the edge waits for a piece of work. The timer is cancelled when the work ends.
import { TOLERATED_MS } from "../balancing/deadline.ts";
import type { After } from "../ports.ts";

/** The platform's timers and its clock. */
export interface Timers<Timer> {
  set(act: () => void, ms: number): Timer;
  clear(timer: Timer): void;
  now(): number;
}

/** In which answers are taken that were there before the limit was over. */
const LAST_TURN_MS = 1;

/**
 * A limit ends one turn after its timer has fired: the timers that are due fire before what has arrived is looked at, also after a pause
 * that ended with the limit. Time in which the edge itself stood still does not count, once and up to the limit. After a pause (a virtual machine that was moved, a
 * laptop that slept, a container that had used up its CPU time) the timers are due and the answers have arrived, and the timers fire
 * first. Without this, each request under way would end as the time-out of an origin that had long answered, and origins would be
 * ejected for it.
 */
export function afterRunning<Timer>({ set, clear, now }: Timers<Timer>): After {
  return (ms, act) => {
    const due = now() + ms;
    const end = () => {
      timer = set(act, LAST_TURN_MS);
    };
    let timer = set(() => {
      const lateBy = now() - due;
      if (lateBy < TOLERATED_MS) end();
      else timer = set(end, Math.min(lateBy, ms));
    }, ms);
    return () => clear(timer);
  };
}

export const realTime: After = afterRunning<ReturnType<typeof setTimeout>>({
  set: setTimeout,
  clear: clearTimeout,
  now: Date.now,
});

/** What to return for each way the work may end. If one of these throws, the promise rejects. */
export interface Endings<T, R> {
  arrived(value: T): R;
  failed(error: unknown): R;
  late(): R;
}

/** The first of the work's end and the time limit. It uses a single promise, because each one costs time. */
export function endOf<T, R>(
  work: Promise<T>,
  withinMs: number,
  { arrived, failed, late }: Endings<T, R>,
  after: After = realTime,
): Promise<R> {
  return new Promise((resolve, reject) => {
    let hasEnded = false;
    const endAs = <Of>(make: (of: Of) => R, of: Of) => {
      if (hasEnded) return;
      hasEnded = true;
      callOff();
      try {
        resolve(make(of));
      } catch (error) {
        reject(error);
      }
    };
    const callOff = after(withinMs, () => endAs(late, undefined));
    work.then(
      (value) => endAs(arrived, value),
      (error: unknown) => endAs(failed, error),
    );
  });
}
