// The compiled sites that an isolate keeps between requests, and when they are read again.
import { BoundedMap } from "../../shared/remember.ts";
import type { Result } from "../../shared/result.ts";
import type { CompiledSite } from "../site.ts";
import type { Rollout } from "./rollout.ts";

/** What the store held under a pattern when it was last read. */
export interface Kept {
  /** The version of the text that was read last, valid or not; undefined if there was none. */
  readonly version: string | undefined;
  /** A site, two versions of it, a pointer to the pattern under which it is stored, nothing, or why it cannot be used. */
  readonly found: Result<
    CompiledSite | Rollout | { readonly sameAs: string } | undefined,
    "site-invalid" | "site-unavailable"
  >;
  /** The versions that the record of the site names. They never change, so the next record may name them again. */
  readonly versions?: readonly KeptVersion[];
  /** The trouble with the versions of the record that the log has told. */
  readonly told?: string;
  /** The length of its texts in characters, which measures its weight. */
  readonly size: number;
  readonly readAt: number;
}

export const hasGood = (kept: Kept | undefined): kept is Kept =>
  kept?.found.ok === true && kept.found.value !== undefined;

export interface KeptVersion {
  readonly version: string;
  readonly site: CompiledSite;
  readonly size: number;
}

export interface ShelfRules {
  /** Older than this: refreshed in the background. */
  readonly refreshAfterMs: number;
  /** Older than this (the isolate was idle): the request waits for the read. */
  readonly expireAfterMs: number;
}

/**
 * With all of its routes compiled, a site takes about 23 bytes per character of its text (measured, as stored by
 * `push`; a fifth of that if few routes are used). This limit is therefore 35 MB at most, of the 128 MB that an isolate
 * has in total, and is enough for 1,500 sites with a few routes each. The least recently used sites are dropped, and
 * read again on demand.
 */
const MAX_SITE_CHARACTERS = 1_500_000;
const CHARACTERS_BESIDES = 300;
/** Patterns without a site are kept apart, so that a client that makes up hosts evicts no site. */
const MAX_ABSENT = 10_000;
/** Without a usable version there is nothing to serve in the meantime, so the next attempt is soon. */
const RETRY_FAILED_AFTER_MS = 1_000;
/** A read that has not finished after this long counts as lost: its request may have been cut off. */
const READING_LOST_AFTER_MS = 10_000;

export class SiteShelf {
  readonly rules: ShelfRules;
  readonly #sites = new BoundedMap<Kept>(MAX_SITE_CHARACTERS, ({ size }) => size + CHARACTERS_BESIDES);
  readonly #absent = new BoundedMap<Kept>(MAX_ABSENT);
  /** Pattern → when a request began to read it. */
  readonly #reading = new BoundedMap<number>(MAX_ABSENT);

  constructor(rules: ShelfRules) {
    this.rules = rules;
  }

  get(pattern: string): Kept | undefined {
    return this.#sites.get(pattern) ?? this.#absent.get(pattern);
  }

  keep(pattern: string, kept: Kept): void {
    for (const known of [this.#reading, this.#sites, this.#absent]) known.delete(pattern);
    (kept.size > 0 ? this.#sites : this.#absent).set(pattern, kept);
  }

  /** One read at a time for each pattern. Returns true if the caller is to do it. */
  claimReading(pattern: string, now: number): boolean {
    const since = this.#reading.get(pattern);
    if (since !== undefined && now - since < READING_LOST_AFTER_MS) return false;
    this.#reading.set(pattern, now);
    return true;
  }
}

/** May it be used as it is, used while it is refreshed, or only after it has been read again? */
export function ageOf(kept: Kept, now: number, rules: ShelfRules): "fresh" | "due" | "expired" {
  const ageMs = now - kept.readAt;
  if (!kept.found.ok) {
    return ageMs < Math.min(RETRY_FAILED_AFTER_MS, rules.refreshAfterMs) ? "fresh" : "expired";
  }
  if (ageMs < rules.refreshAfterMs) return "fresh";
  return ageMs < rules.expireAfterMs ? "due" : "expired";
}
