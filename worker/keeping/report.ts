// What an isolate tells the keeper of a site from time to time. A report may be lost or arrive twice.
import { type Counts, readCounts } from "./counts.ts";
import { isRevision } from "./snapshot.ts";

export interface Report {
  /** Tells isolates apart. It is made when an isolate starts. */
  readonly isolate: string;
  /** The data centre. */
  readonly place: string;
  /** The newest revision that the isolate has applied; 0 if it knows of none. */
  readonly revision: number;
  /** What it has counted since its last report. */
  readonly counts?: Counts;
}

export const MAX_NAME_LENGTH = 64;

/** Undefined if it is no report. */
export function readReport(value: unknown): Report | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { isolate, place, revision, counts: given } = value as Record<string, unknown>;
  if (!isName(isolate) || !isName(place) || !isRevision(revision)) return undefined;
  const counts = readCounts(given);
  return { isolate, place, revision, ...(counts && { counts }) };
}

const isName = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MAX_NAME_LENGTH;
