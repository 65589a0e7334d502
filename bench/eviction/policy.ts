// The interface that the benchmark requires of an eviction policy. SieveMap (worker/caching/sieve.ts) already has it.

export interface EvictionPolicy {
  /** The value; the call counts as use. Undefined if the key is not held. */
  get(key: string): true | undefined;
  /** False if the value is larger than the capacity. */
  set(key: string, value: true, size: number): boolean;
  readonly used: number;
}
