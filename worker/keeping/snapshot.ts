// What the isolates of an edge share about a site: a small immutable value. Decisions take it as a fact, like the time. The site's
// keeper publishes it, as JSON.
import { parsedJson } from "../../shared/parsed-json.ts";
import { type ListsTold, NO_LISTS_TOLD, readListsTold } from "./lists-told.ts";
import { NO_ORIGINS_TOLD, type OriginsTold, originsTold, readOrigins } from "./origins-told.ts";
import { NO_PURGES, type PurgeMarks, readPurges } from "./purge-marks.ts";
import { NO_SWITCHES, readSwitches, type Switches } from "./switch-command.ts";

export interface Snapshot {
  /** Grows with every change. A keeper begins at the time at which it is made, so one that is made anew is newer than before. */
  readonly revision: number;
  readonly purges: PurgeMarks;
  readonly switches: Switches;
  readonly origins: OriginsTold;
  readonly lists: ListsTold;
}

/** Before anything was shared, and where no keeper is bound. */
export const EMPTY_SNAPSHOT: Snapshot = {
  revision: 0,
  purges: NO_PURGES,
  switches: NO_SWITCHES,
  origins: NO_ORIGINS_TOLD,
  lists: NO_LISTS_TOLD,
};

/** Raised when a reader of the old form would misread the new one. A further part needs no raise: where it is absent, it is empty. */
export const SNAPSHOT_FORMAT = 1;

/** The most purges have 48 KB, the most origins 16 KB, and the most address lists 4 KB. */
export const MAX_SNAPSHOT_BYTES = 72 * 1024;

export const snapshotText = (snapshot: Snapshot): string =>
  JSON.stringify({
    format: SNAPSHOT_FORMAT,
    ...snapshot,
    origins: Object.fromEntries(snapshot.origins),
  });

/** Undefined if the text is no snapshot of this format: a reader then keeps the one that it has. */
export function readSnapshot(text: string): Snapshot | undefined {
  // The limit is one of bytes. A text with more characters than that certainly exceeds it.
  if (text.length > MAX_SNAPSHOT_BYTES) return undefined;
  const value = parsedJson(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { format, revision, ...given } = value as Record<string, unknown>;
  if (format !== SNAPSHOT_FORMAT || !isRevision(revision)) return undefined;
  const purges = readPurges(given.purges);
  const switches = readSwitches(given.switches);
  const origins = originsTold(readOrigins(given.origins));
  const lists = readListsTold(given.lists);
  return purges && switches && { revision, purges, switches, origins, lists };
}

export const isRevision = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
