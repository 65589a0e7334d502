// Which keys proved not shareable? For a while, requests for such a key do not wait for one another, because each would have to
// ask the origin itself anyway. Varnish calls this hit-for-miss. It belongs to one isolate.
import { BoundedMap } from "../../shared/remember.ts";

const REMEMBERED_FOR_MS = 60_000;
const MAX_REMEMBERED = 10_000;

export class HitForMiss {
  readonly #until = new BoundedMap<number>(MAX_REMEMBERED);

  remember(key: string, now: number): void {
    this.#until.set(key, now + REMEMBERED_FOR_MS);
  }

  has(key: string, now: number): boolean {
    return (this.#until.get(key) ?? 0) > now;
  }
}
