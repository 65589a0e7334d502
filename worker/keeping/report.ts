// What an isolate tells the keeper of a site from time to time. A report may be lost or arrive twice.
import { isRevision } from "./snapshot.ts";

export interface Report {
  /** Tells isolates apart. It is made when an isolate starts. */
  readonly isolate: string;
  /** The data centre. */
  readonly place: string;
  /** The newest revision that the isolate has applied; 0 if it knows of none. */
  readonly revision: number;
}

export const MAX_NAME_LENGTH = 64;

/** Undefined if it is no report. */
export function readReport(value: unknown): Report | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { isolate, place, revision } = value as Record<string, unknown>;
  return isName(isolate) && isName(place) && isRevision(revision) ? { isolate, place, revision } : undefined;
}

const isName = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MAX_NAME_LENGTH;
