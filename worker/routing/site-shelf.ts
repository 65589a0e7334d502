// The compiled sites that an isolate keeps between requests, and when they are read again.
import { BoundedMap } from "../../shared/bounded-map.ts";
import type { Result } from "../../shared/result.ts";
import type { CompiledSite } from "../site.ts";

/** What the store held under a pattern when it was last read. */
export interface Kept {
  /** Of the text that was read last, good or not; undefined where there was none. */
  readonly version: string | undefined;
  /** A site, the pattern under which it is stored, nothing, or why it cannot be used. */
  readonly found: Result<
    CompiledSite | { readonly sameAs: string } | undefined,
    "site-invalid" | "site-unavailable"
  >;
  /** Characters of the text that it was made of: what it weighs. */
  readonly size: number;
  readonly readAt: number;
}

export interface ShelfRules {
  /** Older than this, it is read again behind the request's back. */
  readonly refreshAfterMs: number;
  /** Older than this (an isolate that slept), the request waits for the reading. */
  readonly expireAfterMs: number;
}

/**
 * With each of its routes compiled, a site takes some 23 bytes for each character of its text (measured; as stored by
 * `push`, and a fifth of that where few routes are asked for): this makes 35 MB at the most, of the 128 that an isolate
 * has for everything, and is enough for 1,500 sites of a few routes. Those used longest ago are read again when somebody
 * asks for them.
 */
const MAX_SITE_CHARACTERS = 1_500_000;
const CHARACTERS_BESIDES = 300;
/** Patterns under which nothing is stored are kept apart: who makes up hosts drives out no site. */
const MAX_ABSENT = 10_000;
/** Where nothing can be used there is nothing to serve meanwhile, so the next look is soon. */
const RETRY_FAILED_AFTER_MS = 1_000;
/** A reading that has not come back after this long is taken for lost: its request may have been cut off. */
const READING_LOST_AFTER_MS = 10_000;

export class SiteShelf {
  readonly rules: ShelfRules;
  readonly #sites = new BoundedMap<Kept>(MAX_SITE_CHARACTERS, ({ size }) => size + CHARACTERS_BESIDES);
  readonly #absent = new BoundedMap<Kept>(MAX_ABSENT);
  /** Pattern → since when a request reads it. */
  readonly #reading = new BoundedMap<number>(MAX_ABSENT);

  constructor(rules: ShelfRules) {
    this.rules = rules;
  }

  get(pattern: string): Kept | undefined {
    return this.#sites.get(pattern) ?? this.#absent.get(pattern);
  }

  keep(pattern: string, kept: Kept): void {
    this.#reading.delete(pattern);
    this.#sites.delete(pattern);
    this.#absent.delete(pattern);
    (kept.size > 0 ? this.#sites : this.#absent).set(pattern, kept);
  }

  /** One reading at a time for each pattern: true for whoever is to do it. */
  claimReading(pattern: string, now: number): boolean {
    const since = this.#reading.get(pattern);
    if (since !== undefined && now - since < READING_LOST_AFTER_MS) return false;
    this.#reading.set(pattern, now);
    return true;
  }
}

/** May it be used as it is, used while it is read again, or only once it has been read? */
export function ageOf(kept: Kept, now: number, rules: ShelfRules): "fresh" | "due" | "expired" {
  const ageMs = now - kept.readAt;
  if (!kept.found.ok) {
    return ageMs < Math.min(RETRY_FAILED_AFTER_MS, rules.refreshAfterMs) ? "fresh" : "expired";
  }
  if (ageMs < rules.refreshAfterMs) return "fresh";
  return ageMs < rules.expireAfterMs ? "due" : "expired";
}
