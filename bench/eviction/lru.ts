// Least recently used: a Map in order of use. For comparison only.
import type { EvictionPolicy } from "./policy.ts";

export class Lru implements EvictionPolicy {
  readonly #capacity: number;
  readonly #sizes = new Map<string, number>();
  used = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): true | undefined {
    const size = this.#sizes.get(key);
    if (size === undefined) return undefined;
    this.#sizes.delete(key);
    this.#sizes.set(key, size);
    return true;
  }

  set(key: string, _value: true, size: number): boolean {
    this.#remove(key);
    if (size > this.#capacity) return false;
    for (const oldest of this.#sizes.keys()) {
      if (this.used + size <= this.#capacity) break;
      this.#remove(oldest);
    }
    this.#sizes.set(key, size);
    this.used += size;
    return true;
  }

  #remove(key: string): void {
    this.used -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
  }
}
