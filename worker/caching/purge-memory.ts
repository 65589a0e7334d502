// What an isolate remembers of purges. First, what it knows to be purged before the keeper has said so, or where there is no keeper:
// groups that an origin has invalidated (RFC 9875). Without a revision to compare, the time at which the origin was asked decides.
// Second, which stored responses it has compared already.
import { addMark, NO_PURGES, type PurgeMarks, purgedBefore } from "../keeping/purge-marks.ts";
import type { ResponseEntry } from "./entry.ts";

const MAX_SITES = 1_000;

export class PurgeMemory {
  /** Their revisions are times. The site that was changed least recently comes first. */
  readonly #bySite = new Map<string, PurgeMarks>();
  /** Of sites that have been forgotten, everything up to this time counts as purged. */
  #forgotten: PurgeMarks = NO_PURGES;
  /** The newest marks that the response was compared with: the keeper's, and those of this isolate. */
  readonly #compared = new WeakMap<ResponseEntry, readonly [keepers: number, own: number]>();

  of(site: string): PurgeMarks {
    return this.#bySite.get(site) ?? this.#forgotten;
  }

  /** Responses that the origin was asked for up to this time are purged, if they answer to one of the names. */
  record(site: string, names: readonly string[], now: number): void {
    const before = this.of(site);
    const revision = Math.max(now, before.newest) + 1; // never twice the same, so that it tells what has been compared
    const marks = names.reduce(
      (marked, name) => addMark(marked, { name, mode: "hard", revision, overMs: 0 }, now),
      before,
    );
    this.#bySite.delete(site);
    this.#bySite.set(site, marks);
    if (this.#bySite.size <= MAX_SITES) return;
    for (const [oldest, { newest }] of this.#bySite) {
      this.#forgotten = purgedBefore(Math.max(newest, this.#forgotten.newest));
      this.#bySite.delete(oldest);
      return;
    }
  }

  /** Whether none of the marks covers it, as it turned out before. A hit in memory thus is compared once with each revision. */
  isCleared(entry: ResponseEntry, keepers: PurgeMarks, own: PurgeMarks): boolean {
    const compared = this.#compared.get(entry);
    return compared?.[0] === keepers.newest && compared[1] === own.newest;
  }

  clear(entry: ResponseEntry, keepers: PurgeMarks, own: PurgeMarks): void {
    this.#compared.set(entry, [keepers.newest, own.newest]);
  }
}
