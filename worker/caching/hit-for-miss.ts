// Which keys proved not shareable? For a while, requests for such a key do not wait for one another, because each would have to
// ask the origin itself anyway. Varnish calls this hit-for-miss. It belongs to one isolate.
import { BoundedMap } from "../../shared/remember.ts";

const REMEMBERED_FOR_MS = 60_000;
const MAX_REMEMBERED = 10_000;

interface Remembered {
  readonly until: number;
  readonly isUnstorable: boolean;
}

export class HitForMiss {
  readonly #remembered = new BoundedMap<Remembered>(MAX_REMEMBERED);

  /** `isUnstorable`: the response itself forbids storing, so nothing of it was read for the store. */
  remember(key: string, now: number, isUnstorable = false): void {
    this.#remembered.set(key, { until: now + REMEMBERED_FOR_MS, isUnstorable });
  }

  has(key: string, now: number): boolean {
    return this.#at(key, now) !== undefined;
  }

  isUnstorable(key: string, now: number): boolean {
    return this.#at(key, now)?.isUnstorable === true;
  }

  #at(key: string, now: number): Remembered | undefined {
    const remembered = this.#remembered.get(key);
    return remembered && remembered.until > now ? remembered : undefined;
  }
}
