// Limits how long the edge waits for a piece of work. The timer is cancelled when the work ends.
import type { After } from "../ports.ts";

export const realTime: After = (ms, act) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};

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
