// The buckets of one limit, by the hash of their keys, in typed arrays: sixteen bytes for each. A bucket may stand in one of eight
// slots: four at the one half of its hash, four at the other. If all are taken by buckets that are not full, the one that is the
// least empty gives way. A client who has used his bucket up can then get rid of it only by using up so many others.

const WAYS = 4;
export const BYTES_PER_SLOT = 16;

export class BucketTable {
  /** When the last of its buckets is full. From then on nothing is lost if the table is dropped. */
  latestFullAt = 0;
  readonly #hashes: Uint32Array;
  /** Since `#base`, in milliseconds: a smaller number has more places behind the point. 0 for a slot that was never used. */
  readonly #fullAt: Float64Array;
  readonly #base: number;
  readonly #mask: number;

  /** `slots`: a power of two, at least four. */
  constructor(slots: number, now: number) {
    this.#hashes = new Uint32Array(slots * 2);
    this.#fullAt = new Float64Array(slots);
    this.#base = now;
    this.#mask = slots / WAYS - 1;
  }

  get slots(): number {
    return this.#fullAt.length;
  }

  /** The slot of a bucket; -1 if it is not there. */
  find(hash: Uint32Array): number {
    const [one = 0, other = 0] = hash;
    const found = this.#findAt((one & this.#mask) * WAYS, one, other);
    return found >= 0 ? found : this.#findAt((other & this.#mask) * WAYS, one, other);
  }

  fullAt(slot: number): number {
    return (this.#fullAt[slot] ?? 0) + this.#base;
  }

  /**
   * The slot for a bucket that is not there: a free one, where more are free, so that a table is nearly full before it loses a bucket
   * (two choices balance a load far better than one). If none is free, the one that is free the soonest.
   */
  slotFor(hash: Uint32Array, now: number): number {
    const [one = 0, other = 0] = hash;
    const atOne = (one & this.#mask) * WAYS;
    const atOther = (other & this.#mask) * WAYS;
    const freer = this.#freeAt(atOne, now) - this.#freeAt(atOther, now);
    const first = this.#soonestAt(atOne);
    const second = this.#soonestAt(atOther);
    const isFirst = freer === 0 ? (this.#fullAt[first] ?? 0) <= (this.#fullAt[second] ?? 0) : freer > 0;
    return isFirst ? first : second;
  }

  put(slot: number, hash: Uint32Array, fullAt: number): void {
    this.#hashes[slot * 2] = hash[0] ?? 0;
    this.#hashes[slot * 2 + 1] = hash[1] ?? 0;
    this.#fullAt[slot] = fullAt - this.#base;
    if (fullAt > this.latestFullAt) this.latestFullAt = fullAt;
  }

  /** How many buckets are not full. */
  live(now: number): number {
    const since = now - this.#base;
    let count = 0;
    for (const fullAt of this.#fullAt) if (fullAt > since) count++;
    return count;
  }

  /** The buckets that are not full. The array is used again for the next one. */
  forEachLive(now: number, act: (hash: Uint32Array, fullAt: number) => void): void {
    const hash = new Uint32Array(2);
    for (let slot = 0; slot < this.slots; slot++) {
      const fullAt = this.fullAt(slot);
      if (fullAt <= now) continue;
      hash[0] = this.#hashes[slot * 2] ?? 0;
      hash[1] = this.#hashes[slot * 2 + 1] ?? 0;
      act(hash, fullAt);
    }
  }

  /** The same buckets in a table of another size. */
  resized(slots: number, now: number): BucketTable {
    const table = new BucketTable(slots, now);
    this.forEachLive(now, (hash, fullAt) => table.put(table.slotFor(hash, now), hash, fullAt));
    return table;
  }

  #findAt(from: number, one: number, other: number): number {
    for (let slot = from; slot < from + WAYS; slot++)
      if (this.#hashes[slot * 2] === one && this.#hashes[slot * 2 + 1] === other) return slot;
    return -1;
  }

  /** A slot is free if its bucket is full. */
  #freeAt(from: number, now: number): number {
    let count = 0;
    for (let slot = from; slot < from + WAYS; slot++) if (this.fullAt(slot) <= now) count++;
    return count;
  }

  #soonestAt(from: number): number {
    let soonest = from;
    for (let slot = from + 1; slot < from + WAYS; slot++)
      if ((this.#fullAt[slot] ?? 0) < (this.#fullAt[soonest] ?? 0)) soonest = slot;
    return soonest;
  }
}
