// What the isolates of an edge share about a site: a small immutable value that decisions take as a fact, like the time.
// Purge marks, the standing of origins and rollouts will stand in it; today it is empty.

export interface Snapshot {
  /** Grows with every change. */
  readonly revision: number;
}

/** Before anything was shared. */
export const EMPTY_SNAPSHOT: Snapshot = { revision: 0 };
