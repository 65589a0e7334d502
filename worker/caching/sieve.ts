// A bounded map with SIEVE eviction. New entries join at the head. A hand moves from the tail towards the head: it spares
// entries used since its last visit, and evicts the first that was not. One-time entries pass through without evicting
// entries that are used again, and a hit only sets a bit.
// (Zhang et al., NSDI 2024. bench/eviction.ts compares it with LRU and S3-FIFO.)

interface Node<T> {
  readonly key: string;
  readonly value: T;
  readonly size: number;
  visited: boolean;
  newer: Node<T> | null;
  older: Node<T> | null;
}

export class SieveMap<T> {
  readonly #capacity: number;
  readonly #nodes = new Map<string, Node<T>>();
  #newest: Node<T> | null = null;
  #oldest: Node<T> | null = null;
  #hand: Node<T> | null = null;
  #used = 0;

  /** `capacity` has the same unit as the sizes that are passed to `set`. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get used(): number {
    return this.#used;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** In insertion order. Does not count as use. */
  *keys(): Generator<string> {
    for (let node = this.#oldest; node; node = node.newer) yield node.key;
  }

  get(key: string): T | undefined {
    const node = this.#nodes.get(key);
    if (!node) return undefined;
    node.visited = true;
    return node.value;
  }

  /** False if the value is larger than the capacity. */
  set(key: string, value: T, size: number): boolean {
    this.delete(key);
    if (size > this.#capacity) return false;
    while (this.#used + size > this.#capacity) this.#evict();
    const node: Node<T> = { key, value, size, visited: false, newer: null, older: this.#newest };
    if (this.#newest) this.#newest.newer = node;
    this.#newest = node;
    this.#oldest ??= node;
    this.#nodes.set(key, node);
    this.#used += size;
    return true;
  }

  delete(key: string): boolean {
    const node = this.#nodes.get(key);
    if (node) this.#remove(node);
    return node !== undefined;
  }

  #evict(): void {
    let node = this.#hand ?? this.#oldest;
    while (node?.visited) {
      node.visited = false;
      node = node.newer ?? this.#oldest;
    }
    if (!node) return;
    this.#hand = node.newer;
    this.#remove(node);
  }

  #remove(node: Node<T>): void {
    if (this.#hand === node) this.#hand = node.newer;
    if (node.newer) node.newer.older = node.older;
    else this.#newest = node.older;
    if (node.older) node.older.newer = node.newer;
    else this.#oldest = node.newer;
    this.#nodes.delete(node.key);
    this.#used -= node.size;
  }
}
