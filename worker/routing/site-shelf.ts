// The compiled sites that an isolate keeps between requests.
import type { Result } from "../../shared/result.ts";
import type { CompiledSite } from "../site.ts";

/** What the store held under a pattern when it was last read. */
export interface Kept {
  readonly text: string | undefined;
  /** A site, the pattern under which it is stored, nothing, or why it cannot be used. */
  readonly found: Result<
    CompiledSite | { readonly sameAs: string } | undefined,
    "site-invalid" | "site-unavailable"
  >;
  readonly readAt: number;
}

export interface ShelfRules {
  /** Older than this, it is read again behind the request's back. */
  readonly refreshAfterMs: number;
  /** Older than this (an isolate that slept), the request waits for the reading. */
  readonly expireAfterMs: number;
}

/** Patterns kept at most; hosts that nobody serves are kept too, and whoever makes them up may not fill the memory. */
const MAX_KEPT = 20_000;
/** A refresh that has not come back after this long is taken for lost. */
const REFRESH_LOST_AFTER_MS = 10_000;

export class SiteShelf {
  readonly rules: ShelfRules;
  readonly #kept = new Map<string, Kept>();
  readonly #refreshing = new Map<string, number>();

  constructor(rules: ShelfRules) {
    this.rules = rules;
  }

  get(pattern: string): Kept | undefined {
    return this.#kept.get(pattern);
  }

  keep(pattern: string, kept: Kept): void {
    this.#refreshing.delete(pattern);
    this.#kept.delete(pattern);
    this.#kept.set(pattern, kept);
    if (this.#kept.size <= MAX_KEPT) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  /** One refresh at a time for each pattern. */
  claimRefresh(pattern: string, now: number): boolean {
    const since = this.#refreshing.get(pattern);
    if (since !== undefined && now - since < REFRESH_LOST_AFTER_MS) return false;
    this.#refreshing.set(pattern, now);
    return true;
  }
}
