// How often did something happen lately? Counts in a sliding window, in a fixed amount of memory.

/** The window moves on by a tenth at a time. */
const SLOTS = 10;

export class Recent<Kind extends string> {
  readonly #slotMs: number;
  readonly #kinds: readonly Kind[];
  /** Which slot of time each holds. */
  readonly #slots = new Float64Array(SLOTS).fill(-1);
  readonly #counts: Float64Array;

  constructor(windowMs: number, kinds: readonly Kind[]) {
    this.#slotMs = windowMs / SLOTS;
    this.#kinds = kinds;
    this.#counts = new Float64Array(SLOTS * kinds.length);
  }

  add(kind: Kind, now: number): void {
    const slot = Math.floor(now / this.#slotMs);
    const at = slot % SLOTS;
    const first = at * this.#kinds.length;
    if (this.#slots[at] !== slot) {
      this.#slots[at] = slot;
      this.#counts.fill(0, first, first + this.#kinds.length);
    }
    const index = first + this.#kinds.indexOf(kind);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  count(kind: Kind, now: number): number {
    const slot = Math.floor(now / this.#slotMs);
    const offset = this.#kinds.indexOf(kind);
    let sum = 0;
    for (let at = 0; at < SLOTS; at++) {
      const held = this.#slots[at] ?? -1;
      // If the clock was set back, a slot may lie ahead of it.
      if (held > slot - SLOTS && held <= slot) sum += this.#counts[at * this.#kinds.length + offset] ?? 0;
    }
    return sum;
  }

  clear(): void {
    this.#slots.fill(-1);
  }
}
