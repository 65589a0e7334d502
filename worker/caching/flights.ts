// Which requests are on their way to an origin, by key, so that other requests for a key wait for the answer instead of asking
// again. It belongs to one isolate. Only plain data is shared, because the runtime lets no request touch another's streams.
import type { ResponseEntry } from "./entry.ts";
import { urlKeyOf } from "./law/key.ts";

export interface NotShared {
  readonly kind: "not-shared";
  /** It forbids storing, so nothing of its body is read for the store. */
  readonly isUnstorable?: boolean;
}

/** How a flight ends for the requests that wait. */
export type Landing =
  | {
      readonly kind: "shared";
      readonly entry: ResponseEntry;
      readonly bytes: Uint8Array;
      /** The selecting values. A request that differs in one of them cannot use the response. */
      readonly selectors: Readonly<Record<string, string>>;
    }
  /** The store has the response. */
  | { readonly kind: "stored" }
  /** The response itself says that it is private, uncacheable or too long: every request asks the origin for itself. */
  | NotShared
  /** The leader failed, or its answer suits its own request only: another request takes the lead. */
  | { readonly kind: "failed" };

/**
 * Ends a flight; later calls have no effect. `kept` settles when the store has the response. Until then, requests that arrive
 * get what has landed, or wait for the store.
 */
export type Land = (landing: Landing, kept?: Promise<unknown>) => void;

export type Boarding =
  | { readonly kind: "lead"; readonly land: Land }
  | { readonly kind: "wait"; readonly landed: Promise<Landing>; readonly leader: number }
  /** The request may not lead, and there is no flight to wait for. */
  | { readonly kind: "alone" };

export interface Boarder {
  /** Whether this request's answer may be of use to others. */
  readonly mayLead?: boolean;
  /** The leader that this request has waited for long enough. The first such request takes the lead beside it. */
  readonly inVainFor?: number | undefined;
}

interface Flight {
  readonly key: string;
  readonly landed: Promise<Landing>;
  readonly end: (landing: Landing) => void;
  /** How many requests have taken the lead, and how many of them have not landed. */
  leaders: number;
  leading: number;
  ledSince: number;
}

/** The limit on flights. Beyond it, the flight led longest ago counts as lost. */
const MAX_FLYING = 10_000;
/** A flight that has not landed after this time counts as lost (its isolate's request was cancelled). */
const LOST_AFTER_MS = 60_000;

export class Flights {
  /** By the URL's key, so that a change of the URL removes all its flights at once. */
  readonly #byUrl = new Map<string, Map<string, Flight>>();
  /** The flight led longest ago comes first. */
  readonly #inOrder = new Set<Flight>();

  /** For a request that may wait. */
  board(key: string, now: number, { mayLead = true, inVainFor }: Boarder = {}): Boarding {
    const flight = this.#flightOf(key, now);
    if (flight && flight.leaders !== inVainFor) {
      return { kind: "wait", landed: flight.landed, leader: flight.leaders };
    }
    if (!mayLead) return { kind: "alone" };
    return { kind: "lead", land: this.#lead(flight ?? this.#start(key, now), now) };
  }

  /** For background work, which does not wait. Undefined if a request is already on its way. */
  lead(key: string, now: number): Land | undefined {
    return this.#flightOf(key, now) ? undefined : this.#lead(this.#start(key, now), now);
  }

  /** After a change of the URL. Requests that wait still get what lands; no other request finds the flights. */
  outdate(urlKey: string): void {
    this.#byUrl.delete(urlKey);
  }

  /** The number of flights. */
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
      if (landing.kind === "failed" && flight.leading > 0) return; // another leader is still on its way
      const leave = () => {
        this.#leave(flight);
        flight.end(landing);
      };
      if (!kept) return leave();
      if (landing.kind !== "stored") flight.end(landing);
      kept.then(leave, leave);
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

  /** Also ends the wait of the requests that wait for them. */
  #giveUpTheLost(now: number): void {
    for (const flight of this.#inOrder) {
      if (!isLost(flight, now) && this.#inOrder.size < MAX_FLYING) return;
      this.#leave(flight);
      flight.end({ kind: "failed" });
    }
  }
}

const isLost = (flight: Flight, now: number): boolean => now - flight.ledSince >= LOST_AFTER_MS;
