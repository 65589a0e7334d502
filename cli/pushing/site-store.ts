// What a push asks of a store of sites: Cloudflare's KV, or the local one of `wrangler dev`. A failure is a sentence.
import type { Result } from "../../shared/result.ts";

export interface StoreEntry {
  readonly key: string;
  readonly value: string;
}

/** By key; null if there is none. */
export type Present = ReadonlyMap<string, string | null>;

/** What a change of many keys came to. A key that is in neither set was not changed. */
export interface Written {
  readonly done: ReadonlySet<string>;
  /** The store said that it failed, or said nothing: each of them may have been changed. */
  readonly unsure: ReadonlySet<string>;
  /** Why it broke off. */
  readonly failure: string | undefined;
}

export interface SiteStore {
  read(keys: readonly string[]): Promise<Result<Present, string>>;
  /** All keys of sites. */
  list(): Promise<Result<string[], string>>;
  write(entries: readonly StoreEntry[]): Promise<Written>;
  remove(keys: readonly string[]): Promise<Written>;
}
