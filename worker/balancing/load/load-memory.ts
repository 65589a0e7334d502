// The port to what an isolate knows of the load of its origins.
import type { Origin, Pool } from "../pool.ts";
import type { PoolLoad } from "./pool-load.ts";

/**
 * How busy and how fast origins are: for algorithms that compare them, and for limits. Nothing is kept for a pool that does not
 * ask for it (`countsLoad`). The keys are `loadKey` of an origin.
 */
export interface LoadMemory {
  /** Attempts under way: from the moment they are sent until their response has ended. */
  inFlight(originKey: string): number;
  /** A moving average of the time until the header of a response, in milliseconds; undefined if none was seen lately. */
  latency(originKey: string): number | undefined;
  /** An attempt begins. */
  begin(pool: Pick<Pool, "key">, origin: Pick<Origin, "loadKey">): HeldPlace;
  /** An attempt has been answered after this time, or was waited for in vain for so long. */
  answered(originKey: string, ms: number): void;
  /** What is remembered of the requests to a pool. */
  ofPool(pool: Pick<Pool, "key">): PoolLoad;
}

export interface HeldPlace {
  /** The attempt is still under way. A place that is not renewed runs out after a minute. */
  renew(): void;
  /** Whoever calls it again changes nothing. */
  giveBack(): void;
}
