// What the benchmark asks of an eviction policy. SieveMap (worker/caching/sieve.ts) is one as it is.

export interface EvictionPolicy {
  /** The value, which counts as use; undefined where it is not held. */
  get(key: string): true | undefined;
  /** False where it is larger than the whole. */
  set(key: string, value: true, size: number): boolean;
  readonly used: number;
}
