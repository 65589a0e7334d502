// What does not come in time is done without. The timer is called off when it comes: one that ran on would make a request
// a seventh dearer (docs/performance.md).

/** Acts after so many milliseconds, unless it is called off by what it returns. */
export type After = (ms: number, act: () => void) => () => void;

export const realTime: After = (ms, act) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};

/** What `work` gives, or after so many milliseconds what `instead` does. */
export function within<T>(
  ms: number,
  work: Promise<T>,
  instead: () => T | Promise<T>,
  after: After = realTime,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = after(ms, () => resolve(instead()));
    work.then(
      (result) => {
        callOff();
        resolve(result);
      },
      (error: unknown) => {
        callOff();
        reject(error);
      },
    );
  });
}
