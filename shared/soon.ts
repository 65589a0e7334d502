// A value that may be available now or only later. Awaiting a value that is already there costs a promise, closures
// and a turn of the microtask queue (docs/decisions/0016), so callers wait only when they have to.

export type Soon<T> = T | Promise<T>;

/** Continues synchronously if the value is available. */
export function whenHere<T, R>(soon: Soon<T>, next: (value: T) => Soon<R>): Soon<R> {
  return soon instanceof Promise ? soon.then(next) : next(soon);
}
