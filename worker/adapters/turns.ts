// Where work on one key overlaps, whose word counts? A response that still streams in must not, when it is through,
// bring back what was deleted meanwhile, nor take the place of one that was begun later. (Nor may the later one
// forbid the earlier: where the next is always under way, none would ever be stored.) A part gives way: it counts only
// where nothing else is under way, or else a part begun later would take the place of a whole that arrives with it.

interface UnderWay {
  working: number;
  /** Those of them that do not give way. */
  firm: number;
  firmClaims: number;
  lastBegun: number;
  /** What was begun up to here counts no more. */
  settled: number;
}

/**
 * Work that never ends (its request was cancelled) leaves its key behind. Of more keys than this the one that has been under
 * way for longest is dropped: what was begun for it counts no more.
 */
const MAX_KEYS = 10_000;

export class Turns {
  readonly #keys = new Map<string, UnderWay>();

  /** How many keys are under way. */
  get size(): number {
    return this.#keys.size;
  }

  /** `claim` is true where the work counts; then no work counts that was begun before it. */
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

  /** Whatever is under way for the key counts no more. */
  overrule(key: string): void {
    const underWay = this.#keys.get(key);
    if (underWay) underWay.settled = underWay.lastBegun;
  }
}
