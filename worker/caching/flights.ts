// Which requests are on their way to an origin, by key, so that others for the same key wait for their answer
// instead of asking again. One isolate's own: what is shared is plain data, because the runtime lets no request
// touch another's streams. And which keys proved not to be shareable: requests for those never wait (hit-for-miss).
import { BoundedMap } from "../../shared/bounded-map.ts";
import type { ResponseEntry } from "./entry.ts";

/** How a flight ends for those who wait. */
export type Landing =
  | {
      readonly kind: "shared";
      readonly entry: ResponseEntry;
      readonly bytes: Uint8Array;
      /** What selects it: whoever differs in one of these cannot use it. */
      readonly selectors: Readonly<Record<string, string>>;
    }
  /** Private, uncacheable or too long: everyone asks for themselves. */
  | { readonly kind: "not-shared" }
  /** The leader failed: someone else leads. */
  | { readonly kind: "failed" };

export type Boarding =
  | { readonly kind: "lead"; land(landing: Landing): void }
  | { readonly kind: "wait"; readonly landed: Promise<Landing> }
  /** Waiting is known to be in vain. */
  | { readonly kind: "alone" };

/** For so long a key that was not shareable is not waited for. */
const ALONE_FOR_MS = 60_000;
const MAX_REMEMBERED = 10_000;
/** A flight that has not landed after this long is taken for lost (its isolate's request was cancelled). */
const LOST_AFTER_MS = 60_000;

export class Flights {
  readonly #flying = new Map<string, { landed: Promise<Landing>; since: number }>();
  readonly #aloneUntil = new BoundedMap<number>(MAX_REMEMBERED);

  isFlying(key: string, now: number): boolean {
    const flight = this.#flying.get(key);
    return flight !== undefined && now - flight.since < LOST_AFTER_MS;
  }

  board(key: string, now: number): Boarding {
    if ((this.#aloneUntil.get(key) ?? 0) > now) return { kind: "alone" };
    const flight = this.#flying.get(key);
    if (flight && now - flight.since < LOST_AFTER_MS) return { kind: "wait", landed: flight.landed };
    return this.#lead(key, now);
  }

  #lead(key: string, now: number): Boarding {
    const { promise, resolve } = Promise.withResolvers<Landing>();
    const flight = { landed: promise, since: now };
    this.#flying.set(key, flight);
    return {
      kind: "lead",
      land: (landing) => {
        if (this.#flying.get(key) === flight) this.#flying.delete(key);
        if (landing.kind === "not-shared") this.#aloneUntil.set(key, now + ALONE_FOR_MS);
        resolve(landing);
      },
    };
  }
}
