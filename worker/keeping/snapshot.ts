// What the isolates of an edge share about a site: a small immutable value. Decisions take it as a fact, like the time. The site's
// keeper publishes it.

export interface Snapshot {
  /** Grows with every change. */
  readonly revision: number;
}

/** Before anything was shared, and where no keeper is bound. */
export const EMPTY_SNAPSHOT: Snapshot = { revision: 0 };
