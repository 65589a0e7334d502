// What a flow can use: the outside world (ports.ts), and what this isolate remembers between requests. The memory is
// not shared between isolates. It is bounded, and may be lost at any time.
import type { Result } from "../shared/result.ts";
import type { Soon } from "../shared/soon.ts";
import type { KeySetShelf } from "./admission/authentication/key-set-shelf.ts";
import type { Proof } from "./admission/authentication/proof.ts";
import type { ProviderShelf } from "./admission/authentication/provider-shelf.ts";
import type { Remembered } from "./admission/authentication/remembered.ts";
import type { InFlight } from "./admission/limits/in-flight.ts";
import type { ListShelf } from "./admission/list-shelf.ts";
import type { LoadMemory } from "./balancing/load/load-memory.ts";
import type { TurnMemory } from "./balancing/pick.ts";
import type { Pool } from "./balancing/pool.ts";
import type { OriginEvent, PoolStandings } from "./balancing/pool-standing.ts";
import type { ChangeClock } from "./caching/change-clock.ts";
import type { Flights } from "./caching/flights.ts";
import type { HitForMiss } from "./caching/hit-for-miss.ts";
import type { PurgeMemory } from "./caching/purge-memory.ts";
import type { FolderShelf } from "./files/folder-shelf.ts";
import type { SnapshotShelf } from "./keeping/snapshot-shelf.ts";
import type { World } from "./ports.ts";
import type { Refusal } from "./refusal.ts";
import type { SiteShelf } from "./routing/site-shelf.ts";
import type { CompiledSite } from "./site.ts";

export interface Ports extends World, Memory {}

export interface Memory {
  /** Only in an edge that is embedded with one site: that site in place of those on the shelf. */
  onlySite?: OnlySite;
  /** The sites that it has read and compiled. */
  shelf: SiteShelf;
  /** The keys that are being fetched now, so that other requests can wait for the response. */
  flights: Flights;
  /** The keys that proved not shareable, whose requests do not wait. */
  hitForMiss: HitForMiss;
  /** Which URLs were changed, and in which order. */
  changes: ChangeClock;
  /** What it has purged without the keeper. */
  purgeMemory: PurgeMemory;
  /** The public keys of the issuers of tokens. */
  keySets: KeySetShelf;
  /** The OpenID providers at which people log in. */
  providers: ProviderShelf;
  /** Who has proven who it is. */
  remembered: Remembered<Proof>;
  /** The rules of the folders that it serves. */
  folders: FolderShelf;
  health: HealthMemory;
  turns: TurnMemory;
  load: LoadMemory;
  /** The requests under way of clients that may have a limited number. */
  inFlight: InFlight;
  /** What it knows of what the edge shares about a site, if a keeper is bound. */
  snapshots: SnapshotShelf;
  /** The address lists that it has of the keepers. */
  lists: ListShelf;
}

/** Refuses a host that the site does not serve. */
export type OnlySite = (host: string) => Soon<Result<CompiledSite, Refusal>>;

/**
 * What this isolate has observed of the origins of each pool. The rules are in balancing/next-standing.ts and pool-standing.ts; this port keeps the
 * value between requests. Pools of a site that differ only in what says nothing about their origins share it.
 */
export interface HealthMemory {
  of(pool: Pool): PoolStandings;
  report(pool: Pool, event: OriginEvent): void;
}
