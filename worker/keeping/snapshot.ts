// What the isolates of an edge share about a site: a small immutable value. Decisions take it as a fact, like the
// time. It will hold purge marks, the health of origins and rollouts. Today it is empty.

export interface Snapshot {
  /** Grows with every change. */
  readonly revision: number;
}

/** Before anything was shared. */
export const EMPTY_SNAPSHOT: Snapshot = { revision: 0 };
