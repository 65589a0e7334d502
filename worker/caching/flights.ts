// Which requests are on their way to an origin, by key, so that others for the same key wait for their answer
// instead of asking again. One isolate's own: what is shared is plain data, because the runtime lets no request
// touch another's streams. And what is known of keys meanwhile: which proved not to be shareable (requests for those
// never wait: hit-for-miss), and which were changed, so that an older answer is not stored any more.
import { BoundedMap } from "../../shared/bounded-map.ts";
import type { ResponseEntry } from "./entry.ts";
import { urlKeyOf } from "./law/key.ts";

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
  /** By what it says of itself it is private, uncacheable or too long: everyone asks for themselves. */
  | { readonly kind: "not-shared" }
  /** The leader failed, or its answer was for its own request alone: someone else leads. */
  | { readonly kind: "failed" };

/**
 * Ends a flight; of effect once. Whoever comes before `kept` is settled is given what has landed: the store has it
 * only then.
 */
export type Land = (landing: Landing, kept?: Promise<unknown>) => void;

export type Boarding =
  | { readonly kind: "lead"; readonly land: Land }
  | { readonly kind: "wait"; readonly landed: Promise<Landing>; readonly leader: number }
  /** Waiting is known to be in vain, or there is nobody to wait for. */
  | { readonly kind: "alone" };

export interface Boarder {
  /** Whether what comes for it may be of use for others. */
  readonly mayLead?: boolean;
  /** The leader that it has waited for long enough: the first of those who have takes the lead beside it. */
  readonly inVainFor?: number | undefined;
}

/** A moment, as changes are counted in this isolate, and by the clock, as other isolates tell of theirs. */
export interface AsOf {
  readonly change: number;
  readonly at: number;
}

interface Flight {
  readonly key: string;
  readonly landed: Promise<Landing>;
  readonly end: (landing: Landing) => void;
  /** How many have taken the lead, and how many of them are still on their way. */
  leaders: number;
  leading: number;
  ledSince: number;
}

/** For so long a key that was not shareable is not waited for. */
const ALONE_FOR_MS = 60_000;
const MAX_REMEMBERED = 10_000;
/** More than this are not on their way at once; of more, the one led longest ago is taken for lost. */
const MAX_FLYING = 10_000;
/** A flight that has not landed after this long is taken for lost (its isolate's request was cancelled). */
const LOST_AFTER_MS = 60_000;

export class Flights {
  /** By the URL's key, so that a change of the URL ends them all at once. */
  readonly #byUrl = new Map<string, Map<string, Flight>>();
  /** The one led longest ago first. */
  readonly #inOrder = new Set<Flight>();
  readonly #aloneUntil = new BoundedMap<number>(MAX_REMEMBERED);
  /** By the URL's key, the number of its last change; the oldest first. */
  readonly #changes = new Map<string, number>();
  #lastChange = 0;
  /** Of the changes up to this one it is not known any more which they were. */
  #forgottenUpTo = 0;

  /** For a request that may wait. */
  board(key: string, now: number, { mayLead = true, inVainFor }: Boarder = {}): Boarding {
    if ((this.#aloneUntil.get(key) ?? 0) > now) return { kind: "alone" };
    const flight = this.#flightOf(key, now);
    if (flight && flight.leaders !== inVainFor) {
      return { kind: "wait", landed: flight.landed, leader: flight.leaders };
    }
    if (!mayLead) return { kind: "alone" };
    return { kind: "lead", land: this.#lead(flight ?? this.#start(key, now), now) };
  }

  /** For work in the background, which does not wait: undefined where somebody is on the way already. */
  lead(key: string, now: number): Land | undefined {
    return this.#flightOf(key, now) ? undefined : this.#lead(this.#start(key, now), now);
  }

  /** What is stored for the URL was changed at the origin: answers that were asked for before count no more. */
  outdate(urlKey: string): void {
    this.#changes.delete(urlKey);
    this.#changes.set(urlKey, ++this.#lastChange);
    if (this.#changes.size > MAX_REMEMBERED) {
      for (const [oldest, change] of this.#changes) {
        this.#forgottenUpTo = change;
        this.#changes.delete(oldest);
        break;
      }
    }
    // Those who wait are still given what lands: they asked before the change. Nobody else finds it.
    this.#byUrl.delete(urlKey);
  }

  asOf(now: number): AsOf {
    return { change: this.#lastChange, at: now };
  }

  /** Whether the URL of the key was changed since, as far as is known: where it is not, it counts as changed. */
  isChangedSince(key: string, { change }: AsOf): boolean {
    return (this.#changes.get(urlKeyOf(key)) ?? this.#forgottenUpTo) > change;
  }

  /** How many are on their way. */
  get size(): number {
    return this.#inOrder.size;
  }

  #flightOf(key: string, now: number): Flight | undefined {
    const flight = this.#byUrl.get(urlKeyOf(key))?.get(key);
    return flight && !isLost(flight, now) ? flight : undefined;
  }

  #start(key: string, now: number): Flight {
    this.#giveUpTheLost(now);
    const { promise, resolve } = Promise.withResolvers<Landing>();
    const flight = { key, landed: promise, end: resolve, leaders: 0, leading: 0, ledSince: now };
    const url = urlKeyOf(key);
    const ofUrl = this.#byUrl.get(url) ?? new Map<string, Flight>();
    ofUrl.set(key, flight);
    this.#byUrl.set(url, ofUrl);
    this.#inOrder.add(flight);
    return flight;
  }

  #lead(flight: Flight, now: number): Land {
    flight.leaders++;
    flight.leading++;
    flight.ledSince = now;
    if (this.#inOrder.delete(flight)) this.#inOrder.add(flight);
    let hasLanded = false;
    return (landing, kept) => {
      if (hasLanded) return;
      hasLanded = true;
      flight.leading--;
      if (landing.kind === "failed" && flight.leading > 0) return; // somebody else is still on the way
      if (landing.kind === "not-shared") this.#aloneUntil.set(flight.key, now + ALONE_FOR_MS);
      const leave = () => this.#leave(flight);
      if (kept) kept.then(leave, leave);
      else leave();
      flight.end(landing);
    };
  }

  #leave(flight: Flight): void {
    this.#inOrder.delete(flight);
    const url = urlKeyOf(flight.key);
    const ofUrl = this.#byUrl.get(url);
    if (ofUrl?.get(flight.key) !== flight) return;
    ofUrl.delete(flight.key);
    if (ofUrl.size === 0) this.#byUrl.delete(url);
  }

  /** And with it whoever waits for one. */
  #giveUpTheLost(now: number): void {
    for (const flight of this.#inOrder) {
      if (!isLost(flight, now) && this.#inOrder.size < MAX_FLYING) return;
      this.#leave(flight);
      flight.end({ kind: "failed" });
    }
  }
}

const isLost = (flight: Flight, now: number): boolean => now - flight.ledSince >= LOST_AFTER_MS;
