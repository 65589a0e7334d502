// The address lists of one keeper: when its alarm goes off, it reads those that are due, and stores what it has read. Pure functions
// say what is due and what a reading means; this file asks, stores and writes the log.
import { type ListWanted, listKey } from "../keeping/list-wanted.ts";
import {
  dueLists,
  hearLists,
  type Listing,
  type ListKept,
  nextListAt,
  observeList,
  readListing,
  taken,
} from "../keeping/listing.ts";
import { fetchList, type ListFetched, type ListFetching } from "./fetch-list.ts";
import type { KeeperParts } from "./keeper-parts.ts";
import { logListReading } from "./list-log.ts";
import { ListsOnDisk } from "./lists-on-disk.ts";

/** Each is in memory as text, of 8 MB at most. */
const AT_ONCE = 3;

/** Lists that are told again are the same for a long time; when they were told last is stored so often. */
const STORE_HEARD_EVERY_MS = 60_000;

export interface ListsOptions extends ListFetching {
  readonly sql: SqlStorage;
  readonly parts: KeeperParts;
  readonly site: () => string;
  /** With its secrets; undefined if one is lacking. */
  readonly urlOf: (url: string) => string | undefined;
  /** Called when a list that isolates have to be told of has changed. */
  readonly onRead: (listing: Listing) => void;
  /** Called when something is due at another time than before. */
  readonly wakeUp: () => Promise<void>;
}

export class KeeperLists {
  readonly #options: ListsOptions;
  readonly #disk: ListsOnDisk;
  #listing: Listing;
  #storedHeardAt = 0;
  #reading: Promise<void> | undefined;

  constructor(options: ListsOptions) {
    this.#options = options;
    this.#disk = new ListsOnDisk(options.sql);
    this.#listing = readListing(options.parts.read("lists"));
  }

  get listing(): Listing {
    return this.#listing;
  }

  /** What an isolate has told. */
  hear(told: readonly ListWanted[], now: number): void {
    const before = this.#listing;
    this.#listing = hearLists(before, told, now);
    const keys = Object.keys(this.#listing);
    const isNews = keys.join() !== Object.keys(before).join();
    if (isNews) this.#disk.keepOnly(keys);
    if (isNews || now - this.#storedHeardAt >= STORE_HEARD_EVERY_MS) this.#store(now);
    if (isNews) this.#options.onRead(this.#listing);
  }

  /** The alarm has to go off for a reading, but not while one is under way: its end sets the next one. */
  nextAt(now: number): number | undefined {
    return this.#reading ? undefined : nextListAt(this.#listing, now);
  }

  /** Not awaited by the alarm: a publisher may be slow, and probes do not wait for it. */
  readDue(now: () => number): Promise<void> {
    this.#reading ??= this.#readDue(now).finally(async () => {
      this.#reading = undefined;
      await this.#options.wakeUp();
    });
    return this.#reading;
  }

  /** The bytes of a list that isolates were told of. */
  bytes(key: string, digest: string): Uint8Array | undefined {
    return this.#disk.read(key, digest);
  }

  async #readDue(now: () => number): Promise<void> {
    const due = [...dueLists(this.#listing, now())];
    const readOn = async (): Promise<void> => {
      for (let list = due.shift(); list; list = due.shift()) this.#take(list, await this.#fetch(list), now());
    };
    await Promise.all(Array.from({ length: AT_ONCE }, readOn));
  }

  #fetch(list: ListKept): Promise<ListFetched> | ListFetched {
    const url = this.#options.urlOf(list.url);
    return url === undefined
      ? { result: { kind: "failed", because: "secret-missing" } }
      : fetchList({ ...list, url }, this.#options);
  }

  #take(list: ListKept, { result: read, words }: ListFetched, now: number): void {
    const key = listKey(list);
    if (!this.#listing[key]) return; // no longer wanted
    const result = taken(this.#listing, key, read);
    if (result.kind === "read" && words && result.good.digest !== this.#listing[key]?.good?.digest)
      this.#disk.write(key, result.good.digest, new Uint8Array(words.buffer));
    const before = this.#listing[key];
    this.#listing = observeList(this.#listing, key, result, now);
    this.#store(now);
    logListReading(this.#options.site(), before, { result, now });
    this.#options.onRead(this.#listing);
  }

  #store(now: number): void {
    this.#options.parts.write("lists", this.#listing);
    this.#storedHeardAt = now;
  }
}
