// How many attempts are under way at one origin? Each holds a place until it has ended in whatever way.

/**
 * A holder renews its place more often than this. The runtime may drop a request together with everything that would have given
 * the place back; such a place runs out instead of keeping an origin busy for ever.
 */
export const PLACE_RUNS_OUT_MS = 60_000;

/** The key of a place, for its holder only. */
export type Place = object;

export class Places {
  /** When each was last renewed, the oldest first. */
  readonly #renewedAt = new Map<Place, number>();

  /** Takes it, or renews it. */
  hold(place: Place, now: number): void {
    this.#renewedAt.delete(place);
    this.#renewedAt.set(place, now);
  }

  giveBack(place: Place): void {
    this.#renewedAt.delete(place);
  }

  get isEmpty(): boolean {
    return this.#renewedAt.size === 0;
  }

  held(now: number): number {
    for (const [place, renewedAt] of this.#renewedAt) {
      if (now - renewedAt < PLACE_RUNS_OUT_MS) break;
      this.#renewedAt.delete(place);
    }
    return this.#renewedAt.size;
  }
}
