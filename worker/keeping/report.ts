// What an isolate tells the keeper of a site from time to time. A report may be lost or arrive twice.
import { type Counts, readCounts } from "./counts.ts";
import { type ListWanted, readWanted } from "./list-wanted.ts";
import { type ProbePlan, readPlans } from "./probe.ts";
import { isRevision } from "./snapshot.ts";

export interface Report {
  /** Tells isolates apart. It is made when an isolate starts. */
  readonly isolate: string;
  /** The data centre. */
  readonly place: string;
  /** The newest revision that the isolate has applied; 0 if it knows of none. */
  readonly revision: number;
  /** How often it reads the snapshot while it has traffic; absent if that is the usual time. */
  readonly refreshMs?: number;
  /** What it has counted since its last report. */
  readonly counts?: Counts;
  /** The probes that the versions of the site ask for. Absent if the isolate has not looked at the site just now. */
  readonly plans?: readonly ProbePlan[];
  /** The address lists that they read from a URL; likewise. */
  readonly lists?: readonly ListWanted[];
}

export const MAX_NAME_LENGTH = 64;
/** The time after which an isolate with traffic reads the snapshot again, unless it is configured otherwise. */
export const USUAL_REFRESH_MS = 3_000;
/** An isolate with traffic reports so often, or at its next reading after that. */
export const REPORT_EVERY_MS = 10_000;

/** Undefined if it is no report. */
export function readReport(value: unknown): Report | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const {
    isolate,
    place,
    revision,
    refreshMs,
    counts: given,
    plans: told,
    lists: wanted,
  } = value as Record<string, unknown>;
  if (!isName(isolate) || !isName(place) || !isRevision(revision)) return undefined;
  const counts = readCounts(given);
  const plans = readPlans(told);
  const lists = readWanted(wanted);
  return {
    isolate,
    place,
    revision,
    ...(Number.isSafeInteger(refreshMs) && { refreshMs: refreshMs as number }),
    ...(counts && { counts }),
    ...(plans && { plans }),
    ...(lists && { lists }),
  };
}

const isName = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MAX_NAME_LENGTH;
