// What this isolate knows to be purged before the keeper has said so, or where there is no keeper: groups that an origin has
// invalidated (RFC 9875). Without a revision to compare, the time at which the origin was asked decides. It belongs to one isolate.
import { addMark, NO_PURGES, type PurgeMarks, purgedBefore } from "../keeping/purge-marks.ts";

const MAX_SITES = 1_000;

export class OwnPurges {
  /** Their revisions are times. The site that was changed least recently comes first. */
  readonly #bySite = new Map<string, PurgeMarks>();
  /** Of sites that have been forgotten, everything up to this time counts as purged. */
  #forgotten: PurgeMarks = NO_PURGES;

  of(site: string): PurgeMarks {
    return this.#bySite.get(site) ?? this.#forgotten;
  }

  /** Responses that the origin was asked for up to this time are purged. */
  record(site: string, name: string, now: number): void {
    const before = this.of(site);
    const revision = Math.max(now + 1, before.newest);
    this.#bySite.delete(site);
    this.#bySite.set(site, addMark(before, { name, mode: "hard", revision, overMs: 0 }, now));
    if (this.#bySite.size <= MAX_SITES) return;
    for (const [oldest, { newest }] of this.#bySite) {
      this.#forgotten = purgedBefore(Math.max(newest, this.#forgotten.newest));
      this.#bySite.delete(oldest);
      return;
    }
  }
}
