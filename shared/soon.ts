// What may be at hand already, and what may have to be waited for. Whoever waits for what is at hand pays for it: with a
// promise, its closures and turns of the microtask queue (docs/decisions/0016).

export type Soon<T> = T | Promise<T>;

/** At once where it is at hand. */
export function whenHere<T, R>(soon: Soon<T>, next: (value: T) => Soon<R>): Soon<R> {
  return soon instanceof Promise ? soon.then(next) : next(soon);
}
