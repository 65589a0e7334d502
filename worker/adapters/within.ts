// What does not come in time is done without. The timer is called off when it comes.
import type { After } from "../ports.ts";

export const realTime: After = (ms, act) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};

/** What is made of each way that a work may end. What one of them throws, rejects. */
export interface Endings<T, R> {
  arrived(value: T): R;
  failed(error: unknown): R;
  late(): R;
}

/** Whichever comes first: the work's end, or so many milliseconds. One promise for all of it, since each costs. */
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
