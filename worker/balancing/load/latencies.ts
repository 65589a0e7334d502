// After which time have most requests been answered? A histogram of the last minute, in a fixed amount of memory: about as exact as
// the distance of two buckets, an eighth.

/** Times above the last bucket count as that long: 1.125^120 ms is more than twenty minutes. */
const BUCKETS = 121;
const GROWTH = Math.log(1.125);

/** Two halves take turns: what is asked for covers the last 30 to 60 seconds. */
const HALF_MS = 30_000;

/** Fewer answers say too little about the slowest of them. */
const LEAST_ANSWERS = 20;

export class Latencies {
  #half = -1;
  #now = new Uint32Array(BUCKETS);
  #before = new Uint32Array(BUCKETS);

  add(ms: number, now: number): void {
    this.#turn(now);
    const bucket = ms <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms) / GROWTH));
    this.#now[bucket] = (this.#now[bucket] ?? 0) + 1;
  }

  /** The upper limit of the bucket in which this share of the answers ends; undefined if there were too few. */
  percentile(share: number, now: number): number | undefined {
    this.#turn(now);
    const count = (bucket: number) => (this.#now[bucket] ?? 0) + (this.#before[bucket] ?? 0);
    let all = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) all += count(bucket);
    if (all < LEAST_ANSWERS) return undefined;
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += count(bucket);
      if (seen >= share * all) return Math.exp(bucket * GROWTH);
    }
    return undefined;
  }

  #turn(now: number): void {
    const half = Math.floor(now / HALF_MS);
    if (half === this.#half) return;
    const follows = half === this.#half + 1;
    [this.#before, this.#now] = [this.#now, this.#before];
    this.#now.fill(0);
    if (!follows) this.#before.fill(0);
    this.#half = half;
  }
}
