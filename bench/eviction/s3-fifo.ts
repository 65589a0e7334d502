// S3-FIFO (Yang et al., SOSP 2023), for comparison only. It has three queues. New keys join a small queue with a tenth of the
// capacity. A key requested there more than once moves to the main queue; any other leaves only its name in a ghost queue. A
// name found in the ghost queue goes to the main queue at once. The main queue keeps a key for one more turn per use, at most
// three.
import type { EvictionPolicy } from "./policy.ts";

const SMALL_SHARE = 0.1;
const MOST_USES = 3;
/** How many uses after the first move a key from the small queue to the main one. */
const USES_TO_STAY = 2;

interface Held {
  readonly size: number;
  uses: number;
}

/** Maps keep their keys in insertion order, so they serve as the queues. */
export class S3Fifo implements EvictionPolicy {
  readonly #capacity: number;
  readonly #small = new Map<string, Held>();
  readonly #main = new Map<string, Held>();
  /** The sizes of keys that left the small queue. It holds names for as many bytes as the main queue may hold. */
  readonly #ghosts = new Map<string, number>();
  #smallUsed = 0;
  #mainUsed = 0;
  #ghostsUsed = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get used(): number {
    return this.#smallUsed + this.#mainUsed;
  }

  get(key: string): true | undefined {
    const held = this.#small.get(key) ?? this.#main.get(key);
    if (!held) return undefined;
    held.uses = Math.min(held.uses + 1, MOST_USES);
    return true;
  }

  set(key: string, _value: true, size: number): boolean {
    this.#leaveSmall(key);
    this.#leaveMain(key);
    if (size > this.#capacity) return false;
    while (this.used + size > this.#capacity) this.#evict();
    if (this.#leaveGhosts(key)) this.#joinMain(key, { size, uses: 0 });
    else {
      this.#small.set(key, { size, uses: 0 });
      this.#smallUsed += size;
    }
    return true;
  }

  #evict(): void {
    const smallIsFull = this.#smallUsed >= this.#capacity * SMALL_SHARE;
    if (this.#main.size === 0 || (smallIsFull && this.#small.size > 0)) this.#evictFromSmall();
    else this.#evictFromMain();
  }

  /** Ends when one key has left the cache, or when the queue is empty. */
  #evictFromSmall(): void {
    for (const [key, held] of this.#small) {
      this.#leaveSmall(key);
      if (held.uses < USES_TO_STAY) {
        this.#joinGhosts(key, held.size);
        return;
      }
      this.#joinMain(key, { size: held.size, uses: 0 });
    }
  }

  #evictFromMain(): void {
    for (const [key, held] of this.#main) {
      this.#leaveMain(key);
      if (held.uses === 0) return;
      this.#joinMain(key, { size: held.size, uses: held.uses - 1 });
    }
  }

  #joinMain(key: string, held: Held): void {
    this.#main.set(key, held);
    this.#mainUsed += held.size;
  }

  #joinGhosts(key: string, size: number): void {
    this.#ghosts.set(key, size);
    this.#ghostsUsed += size;
    for (const oldest of this.#ghosts.keys()) {
      if (this.#ghostsUsed <= this.#capacity * (1 - SMALL_SHARE)) return;
      this.#leaveGhosts(oldest);
    }
  }

  #leaveSmall(key: string): void {
    this.#smallUsed -= this.#small.get(key)?.size ?? 0;
    this.#small.delete(key);
  }

  #leaveMain(key: string): void {
    this.#mainUsed -= this.#main.get(key)?.size ?? 0;
    this.#main.delete(key);
  }

  #leaveGhosts(key: string): boolean {
    this.#ghostsUsed -= this.#ghosts.get(key) ?? 0;
    return this.#ghosts.delete(key);
  }
}
