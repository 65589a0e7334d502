// How many requests of each client are under way? Each holds a place until its response has ended in whatever way.
import { type Place, Places } from "../../balancing/load/places.ts";

/** To be renewed more often than every minute, or the place runs out. */
export interface HeldPlace {
  renew(now: number): void;
  giveBack(): void;
}

/** As often, those are let go whose places have run out: the runtime has dropped their requests. */
const LOOK_THROUGH_EVERY_MS = 60_000;

export class InFlight {
  /** Only of clients with requests under way, whose number the runtime bounds. */
  readonly #clients = new Map<string, Places>();
  #lookedThroughAt = 0;

  get clients(): number {
    return this.#clients.size;
  }

  /** Undefined if the client has as many as it may have. */
  hold(client: string, most: number, now: number): HeldPlace | undefined {
    const places = this.#clients.get(client) ?? new Places();
    if (places.held(now) >= most) return undefined;
    if (Math.abs(now - this.#lookedThroughAt) >= LOOK_THROUGH_EVERY_MS) this.#lookThrough(now);
    const place: Place = {};
    places.hold(place, now);
    this.#clients.set(client, places);
    let isHeld = true;
    return {
      renew: (at) => {
        if (isHeld) places.hold(place, at);
      },
      giveBack: () => {
        isHeld = false;
        places.giveBack(place);
        if (places.isEmpty && this.#clients.get(client) === places) this.#clients.delete(client);
      },
    };
  }

  #lookThrough(now: number): void {
    this.#lookedThroughAt = now;
    for (const [client, places] of this.#clients) if (places.held(now) === 0) this.#clients.delete(client);
  }
}
