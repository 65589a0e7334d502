// How long is waited before a process that ended is replaced? Longer each time, so that a fault that ends each of them does not use up
// a core, until one has lived long.
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const LONG_LIFE_MS = 60_000;

export class GrowingPause {
  #ms = FIRST_PAUSE_MS;

  /** A process has ended that lived for so long. */
  ended(livedMs: number): void {
    if (livedMs > LONG_LIFE_MS) this.#ms = FIRST_PAUSE_MS;
  }

  async pass(): Promise<void> {
    const ms = this.#ms;
    this.#ms = Math.min(2 * ms, LONGEST_PAUSE_MS);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}
