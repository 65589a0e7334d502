// What publishing asks of a store of sites: Cloudflare's KV, the local one of `wrangler dev`, or the folder of `headgate serve`. A
// failure is a sentence. Types only.
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
  /** It broke off because a key held something else than was seen there: somebody else was faster. */
  readonly isOvertaken?: boolean;
}

export interface SiteStore {
  read(keys: readonly string[]): Promise<Result<Present, string>>;
  /** All keys of sites. */
  list(): Promise<Result<string[], string>>;
  /**
   * `seen`: what the decision to write was made on. A store that can compare writes nothing if one of these keys holds something
   * else by now. In one that cannot, the last writer wins.
   */
  write(entries: readonly StoreEntry[], seen?: Present): Promise<Written>;
  /** `seen` as above. */
  remove(keys: readonly string[], seen?: Present): Promise<Written>;
  /** The longest key, if the store has such a limit. */
  readonly maxKeyBytes?: number;
}
