// What this isolate knows of OpenID providers, by issuer, and when each is to be asked again. Pure; known-provider.ts asks.
import { BoundedMap } from "../../../shared/remember.ts";
import type { ProviderMetadata } from "./login-provider.ts";

const FRESH_MS = 60 * 60_000;
/** A provider that does not answer is not helped by more questions. */
const AGAIN_MS = 30_000;
/** Without a description nobody can log in. */
const AGAIN_WITHOUT_MS = 1_000;
const MOST = 200;

interface Shelved {
  /** The last good one. */
  readonly provider: ProviderMetadata | undefined;
  readonly triedAt: number;
  readonly goodAt: number;
}

const EMPTY: Shelved = {
  provider: undefined,
  triedAt: Number.NEGATIVE_INFINITY,
  goodAt: Number.NEGATIVE_INFINITY,
};

export class ProviderShelf {
  readonly #shelved = new BoundedMap<Shelved>(MOST);

  at(issuer: string): ProviderMetadata | undefined {
    return this.#shelved.get(issuer)?.provider;
  }

  isDue(issuer: string, now: number): boolean {
    const { provider, triedAt, goodAt } = this.#shelved.get(issuer) ?? EMPTY;
    return now - goodAt >= FRESH_MS && now - triedAt >= (provider ? AGAIN_MS : AGAIN_WITHOUT_MS);
  }

  tried(issuer: string, now: number): void {
    this.#shelved.set(issuer, { ...(this.#shelved.get(issuer) ?? EMPTY), triedAt: now });
  }

  keep(issuer: string, provider: ProviderMetadata, now: number): void {
    this.#shelved.set(issuer, { provider, triedAt: now, goodAt: now });
  }
}
