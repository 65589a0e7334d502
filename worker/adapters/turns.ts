// Decides which of several overlapping operations on one key counts. When a response has finished streaming in, it must not
// restore what was deleted in the meantime, and must not replace a response that began later. (The later one may not block the
// earlier either: with a next one always in progress, nothing would ever be stored.) A part gives way: it counts only if no
// other operation is in progress. Otherwise a part that began later would replace a whole that finishes at the same time.

interface UnderWay {
  working: number;
  /** The operations in progress that do not give way. */
  firm: number;
  firmClaims: number;
  lastBegun: number;
  /** Operations that began up to this one no longer count. */
  settled: number;
}

/**
 * An operation that never ends (its request was cancelled) leaves its key behind. Beyond this number of keys, the one in
 * progress for longest is dropped, and its operations no longer count.
 */
const MAX_KEYS = 10_000;

export class Turns {
  readonly #keys = new Map<string, UnderWay>();

  /** How many keys have operations in progress. */
  get size(): number {
    return this.#keys.size;
  }

  /** `claim` returns true if the operation counts. Operations that began before it then no longer count. */
  async take<T>(
    key: string,
    work: (claim: () => boolean) => Promise<T>,
    { givesWay = false } = {},
  ): Promise<T> {
    const underWay = this.#keys.get(key) ?? { working: 0, firm: 0, firmClaims: 0, lastBegun: 0, settled: 0 };
    this.#keys.set(key, underWay);
    if (this.#keys.size > MAX_KEYS) this.#dropOldest();
    underWay.working++;
    if (!givesWay) underWay.firm++;
    const turn = ++underWay.lastBegun;
    const { firmClaims } = underWay;
    const isPassed = () => underWay.firm > 0 || underWay.firmClaims !== firmClaims;
    try {
      return await work(() => {
        if (turn <= underWay.settled || (givesWay && isPassed())) return false;
        underWay.settled = turn;
        if (!givesWay) underWay.firmClaims++;
        return true;
      });
    } finally {
      if (!givesWay) underWay.firm--;
      if (--underWay.working === 0 && this.#keys.get(key) === underWay) this.#keys.delete(key);
    }
  }

  #dropOldest(): void {
    for (const [oldest, underWay] of this.#keys) {
      underWay.settled = Number.POSITIVE_INFINITY;
      this.#keys.delete(oldest);
      return;
    }
  }

  /** Operations in progress for the key no longer count. */
  overrule(key: string): void {
    const underWay = this.#keys.get(key);
    if (underWay) underWay.settled = underWay.lastBegun;
  }
}
