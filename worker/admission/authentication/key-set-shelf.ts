// The public keys that this isolate has read, by URL, and when each is to be read again. Pure; known-key-set.ts reads.
import { BoundedMap } from "../../../shared/remember.ts";
import type { KeySet } from "./auth.ts";

/** Issuers announce a new key days before they sign with it, and a key that is not known is looked for at once. */
const FRESH_MS = 10 * 60_000;
/** Anybody can make up the name of a key, and a server that is down is not helped by more requests. */
const AGAIN_MS = 30_000;
/** Without any keys nobody gets in. */
const AGAIN_WITHOUT_MS = 3_000;
/** A reading that was broken off with its request is not waited for longer. */
const CLAIM_MS = 10_000;
const MOST = 200;

interface Shelved {
  /** The last good ones. */
  readonly keys: KeySet | undefined;
  /** Of the last attempt, whatever came of it. */
  readonly triedAt: number;
  readonly goodAt: number;
  readonly claimedAt: number;
}

const NEVER = Number.NEGATIVE_INFINITY;
const EMPTY: Shelved = { keys: undefined, triedAt: NEVER, goodAt: NEVER, claimedAt: NEVER };

export class KeySetShelf {
  readonly #shelved = new BoundedMap<Shelved>(MOST);

  keysAt(url: string): KeySet | undefined {
    return this.#shelved.get(url)?.keys;
  }

  /** When it was last tried; -Infinity if never. */
  triedAt(url: string): number {
    return this.#at(url).triedAt;
  }

  /**
   * Is it time to read? `unknown-key`: a token names a key that is not among them. Only one request at a time is told so, and
   * has to read.
   */
  claim(url: string, now: number, because: "age" | "unknown-key"): boolean {
    const shelved = this.#at(url);
    const isDue = because === "unknown-key" || now - shelved.goodAt >= FRESH_MS;
    const againMs = shelved.keys ? AGAIN_MS : AGAIN_WITHOUT_MS;
    if (!isDue || now - shelved.triedAt < againMs || this.isBeingRead(url, now)) return false;
    this.#shelved.set(url, { ...shelved, claimedAt: now });
    return true;
  }

  isBeingRead(url: string, now: number): boolean {
    const { claimedAt, triedAt } = this.#at(url);
    return claimedAt > triedAt && now - claimedAt < CLAIM_MS;
  }

  keep(url: string, keys: KeySet, now: number): void {
    this.#shelved.set(url, { keys, triedAt: now, goodAt: now, claimedAt: NEVER });
  }

  /** The last good ones stay. */
  failed(url: string, now: number): void {
    this.#shelved.set(url, { ...this.#at(url), triedAt: now, claimedAt: NEVER });
  }

  #at(url: string): Shelved {
    return this.#shelved.get(url) ?? EMPTY;
  }
}
