// Which requests are on their way to an origin, by key, so that others for the same key wait for their answer
// instead of asking again. One isolate's own: what is shared is plain data, because the runtime lets no request
// touch another's streams. And what is known of keys meanwhile: which proved not to be shareable (requests for those
// never wait: hit-for-miss), and which were changed, so that an older answer is not stored any more.
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
  /** The store has it by now. */
  | { readonly kind: "stored" }
  /** Private, uncacheable or too long: everyone asks for themselves. */
  | { readonly kind: "not-shared" }
  /** The leader failed: someone else leads. */
  | { readonly kind: "failed" };

/**
 * Ends a flight; of effect once. Whoever comes before `kept` is settled is given what has landed: the store has it
 * only then.
 */
export type Land = (landing: Landing, kept?: Promise<unknown>) => void;

export type Boarding =
  | { readonly kind: "lead"; readonly land: Land }
  | { readonly kind: "wait"; readonly landed: Promise<Landing> }
  /** Waiting is known to be in vain. */
  | { readonly kind: "alone" };

interface Flight {
  readonly landed: Promise<Landing>;
  readonly since: number;
}

/** For so long a key that was not shareable is not waited for. */
const ALONE_FOR_MS = 60_000;
const MAX_REMEMBERED = 10_000;
/** A flight that has not landed after this long is taken for lost (its isolate's request was cancelled). */
const LOST_AFTER_MS = 60_000;

export class Flights {
  readonly #flying = new Map<string, Flight>();
  readonly #aloneUntil = new BoundedMap<number>(MAX_REMEMBERED);
  readonly #changes = new BoundedMap<number>(MAX_REMEMBERED);
  #change = 0;

  /** For a request that may wait. */
  board(key: string, now: number): Boarding {
    if (this.isAlone(key, now)) return { kind: "alone" };
    const flight = this.#flightOf(key, now);
    return flight ? { kind: "wait", landed: flight.landed } : { kind: "lead", land: this.#start(key, now) };
  }

  /** For work in the background, which does not wait: undefined where somebody is on the way already. */
  lead(key: string, now: number): Land | undefined {
    return this.#flightOf(key, now) ? undefined : this.#start(key, now);
  }

  isAlone(key: string, now: number): boolean {
    return (this.#aloneUntil.get(key) ?? 0) > now;
  }

  /** What is stored under the key was changed at the origin: answers that were asked for before count no more. */
  outdate(key: string): void {
    this.#changes.set(key, ++this.#change);
    for (const flying of this.#flying.keys()) {
      if (flying === key || flying.startsWith(`${key}#`)) this.#flying.delete(flying);
    }
  }

  /** Differs from what it was before a change. */
  changesOf(key: string): number {
    return this.#changes.get(key) ?? 0;
  }

  #flightOf(key: string, now: number): Flight | undefined {
    const flight = this.#flying.get(key);
    return flight && now - flight.since < LOST_AFTER_MS ? flight : undefined;
  }

  #start(key: string, now: number): Land {
    const { promise, resolve } = Promise.withResolvers<Landing>();
    const flight = { landed: promise, since: now };
    const leave = () => {
      if (this.#flying.get(key) === flight) this.#flying.delete(key);
    };
    let landed = false;
    this.#flying.set(key, flight);
    return (landing, kept) => {
      if (landed) return;
      landed = true;
      if (landing.kind === "not-shared") this.#aloneUntil.set(key, now + ALONE_FOR_MS);
      if (kept) kept.then(leave, leave);
      else leave();
      resolve(landing);
    };
  }
}
