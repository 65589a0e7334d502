// Until when may an exchange take, by its total time-out? Whatever is waited for has a timer that ends it by then. To be past it all the
// same means that the edge itself has stood still (adapters/within.ts). Such time does not count: the limit begins anew, once.

/** A timer that fires so late says nothing: timers are late at any time, and clocks of Workers stand still while script runs. */
export const TOLERATED_MS = 50;

export class Deadline {
  readonly #totalMs: number;
  #at: number;
  #wasMoved = false;

  /** In milliseconds; undefined for no limit. */
  constructor(startedAt: number, totalMs: number | undefined) {
    this.#totalMs = totalMs ?? Number.POSITIVE_INFINITY;
    this.#at = startedAt + this.#totalMs;
  }

  /** Milliseconds; not more than 0 if it is over. */
  leftAt(now: number): number {
    if (!this.#wasMoved && now > this.#at + TOLERATED_MS) {
      this.#wasMoved = true;
      this.#at = now + this.#totalMs;
    }
    return this.#at - now;
  }
}
