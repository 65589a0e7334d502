// The address lists that an isolate keeps between requests. They come from the keepers of the sites. Two sites that read the same
// list share what it holds, because its digest says that it is the same.
import { BoundedMap } from "../../shared/remember.ts";
import type { ListsTold } from "../keeping/lists-told.ts";
import type { ListName } from "../ports.ts";
import { type AddressSet, unpackedSet } from "../routing/address-set.ts";

/** The lists of a site, by listKey. Undefined if the list was never read. */
export interface AddressLists {
  of(key: string): AddressSet | undefined;
}

export const NO_LISTS: AddressLists = { of: () => undefined };

/** Of the 128 MB of an isolate. Twenty lists of 200,000 IPv4 ranges. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_SITES = 10_000;
const MAX_READING = 1_000;
const RETRY_AFTER_MS = 5_000;
/** A reading that has not ended after this long counts as lost: its request may have been cut off. */
const READING_LOST_AFTER_MS = 15_000;

interface Held {
  readonly set: AddressSet;
  readonly bytes: number;
}

export interface ListReading {
  readonly since: number;
  readonly ended: Promise<void>;
}

/** What is used of the lists of a site: the newest of each that has arrived. */
interface OfSite extends AddressLists {
  /** By key. */
  readonly digests: Map<string, string>;
}

export class ListShelf {
  readonly #sets = new BoundedMap<Held>(MAX_BYTES, ({ bytes }) => bytes);
  readonly #sites = new BoundedMap<OfSite>(MAX_SITES);
  /** By site, key and digest. */
  readonly #reading = new BoundedMap<ListReading>(MAX_READING);
  readonly #failedAt = new BoundedMap<number>(MAX_READING);
  /** Whose lists nobody reads. */
  readonly #withoutKeeper = new BoundedMap<true>(MAX_SITES);

  of(site: string): AddressLists {
    return this.#sites.get(site) ?? NO_LISTS;
  }

  /** Those of the lists that have been told to this isolate, and that it does not have. */
  missing(site: string, keys: readonly string[], told: ListsTold): readonly ListName[] {
    const known = this.#sites.get(site)?.digests;
    return keys.flatMap((key) => {
      const digest = told[key];
      if (digest === undefined || (known?.get(key) === digest && this.#sets.get(digest))) return [];
      return [{ key, digest }];
    });
  }

  /** Another site may have brought it. */
  isHere({ digest }: ListName): boolean {
    return this.#sets.get(digest) !== undefined;
  }

  /** From now on it is the list of this site. Undefined words if it is here already. */
  keep(site: string, { key, digest }: ListName, words?: Uint32Array): void {
    const set = words && unpackedSet(words);
    if (words && set) this.#sets.set(digest, { set, bytes: words.byteLength });
    const ofSite = this.#sites.get(site) ?? this.#newSite();
    ofSite.digests.set(key, digest);
    this.#sites.set(site, ofSite);
    this.#failedAt.delete(nameOf(site, { key, digest }));
  }

  #newSite(): OfSite {
    const digests = new Map<string, string>();
    return { digests, of: (key) => this.#sets.get(digests.get(key) ?? "")?.set };
  }

  /** Told once for each site. */
  isFirstWithoutKeeper(site: string): boolean {
    const isFirst = !this.#withoutKeeper.get(site);
    if (isFirst) this.#withoutKeeper.set(site, true);
    return isFirst;
  }

  /** The reading that is under way. */
  reading(site: string, list: ListName, now: number): ListReading | undefined {
    const reading = this.#reading.get(nameOf(site, list));
    return reading && now - reading.since < READING_LOST_AFTER_MS ? reading : undefined;
  }

  mayTry(site: string, list: ListName, now: number): boolean {
    const failedAt = this.#failedAt.get(nameOf(site, list));
    return failedAt === undefined || now - failedAt >= RETRY_AFTER_MS || now < failedAt;
  }

  begin(site: string, list: ListName, reading: ListReading): void {
    this.#reading.set(nameOf(site, list), reading);
  }

  end(site: string, list: ListName): void {
    this.#reading.delete(nameOf(site, list));
  }

  /** Returns whether it is the first failure in a row. */
  fail(site: string, list: ListName, now: number): boolean {
    const name = nameOf(site, list);
    const isFirst = this.#failedAt.get(name) === undefined;
    this.#failedAt.set(name, now);
    return isFirst;
  }
}

/** No host has a space. */
const nameOf = (site: string, { key, digest }: ListName): string => `${site} ${key} ${digest}`;
