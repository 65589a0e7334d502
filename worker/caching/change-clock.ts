// Was a URL changed at the origin since a request was sent? A response that was requested before the change must not be stored
// after it. It belongs to one isolate; the marks in the store tell other isolates (stockroom.ts).
import { urlKeyOf } from "./law/key.ts";

/** A point in time: the number of the isolate's last change, and the clock time, which the marks of other isolates use. */
export interface AsOf {
  readonly change: number;
  readonly at: number;
}

const MAX_REMEMBERED = 10_000;

export class ChangeClock {
  /** The number of the last change by the URL's key, oldest first. */
  readonly #changes = new Map<string, number>();
  #lastChange = 0;
  /** Changes up to this number have been forgotten. */
  #forgottenUpTo = 0;

  /** The URL was changed. */
  record(urlKey: string): void {
    this.#changes.delete(urlKey);
    this.#changes.set(urlKey, ++this.#lastChange);
    if (this.#changes.size <= MAX_REMEMBERED) return;
    for (const [oldest, change] of this.#changes) {
      this.#forgottenUpTo = change;
      this.#changes.delete(oldest);
      return;
    }
  }

  asOf(now: number): AsOf {
    return { change: this.#lastChange, at: now };
  }

  /** Whether the URL of the key was changed since. If that has been forgotten, it counts as changed. */
  isChangedSince(key: string, { change }: AsOf): boolean {
    return (this.#changes.get(urlKeyOf(key)) ?? this.#forgottenUpTo) > change;
  }
}
