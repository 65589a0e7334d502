// A stored response, as the stores keep it.
import type { Body } from "../message.ts";

/** Raised when the shape changes: an entry of another format is a miss. */
export const ENTRY_FORMAT = 1;

export interface Entry {
  readonly format: typeof ENTRY_FORMAT;
  readonly status: number;
  readonly statusText: string;
  /** The origin's fields, hop-by-hop ones removed. */
  readonly headers: readonly (readonly [string, string])[];
  /** When the request was sent and the response received, in milliseconds since 1970 (RFC 9111 §4.2.3). */
  readonly requestedAt: number;
  readonly receivedAt: number;
  /** After this the store may forget it: it can be neither served stale nor revalidated. */
  readonly keepUntil: number;
}

export interface Stored {
  readonly entry: Entry;
  readonly body: Body;
}
