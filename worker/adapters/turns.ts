// Where work on one key overlaps, whose word counts? A response that still streams in must not, when it is through,
// bring back what was deleted meanwhile, nor take the place of one that was begun later. (Nor may the later one
// forbid the earlier: where the next is always under way, none would ever be stored.)

interface UnderWay {
  working: number;
  lastBegun: number;
  /** What was begun up to here counts no more. */
  settled: number;
}

export class Turns {
  readonly #keys = new Map<string, UnderWay>();

  /** `claim` is true where the work counts; then no work counts that was begun before it. */
  async take<T>(key: string, work: (claim: () => boolean) => Promise<T>): Promise<T> {
    const underWay = this.#keys.get(key) ?? { working: 0, lastBegun: 0, settled: 0 };
    this.#keys.set(key, underWay);
    underWay.working++;
    const turn = ++underWay.lastBegun;
    try {
      return await work(() => {
        const counts = turn > underWay.settled;
        if (counts) underWay.settled = turn;
        return counts;
      });
    } finally {
      if (--underWay.working === 0) this.#keys.delete(key);
    }
  }

  /** Whatever is under way for the key counts no more. */
  overrule(key: string): void {
    const underWay = this.#keys.get(key);
    if (underWay) underWay.settled = underWay.lastBegun;
  }
}
