// What becomes of the record of a site when a version is pushed, rolled out, promoted, aborted or rolled back to? Pure.
import { err, ok, type Result } from "../result.ts";
import type { SiteRecord } from "./site-record.ts";
import { bounded } from "./version-retention.ts";

/** A version and what has to be known of it. */
export interface Known {
  readonly version: string;
  readonly hosts: readonly string[];
}

export interface Pushing extends Known {
  readonly site: string;
  /** ISO 8601. */
  readonly now: string;
}

export interface Rolling extends Pushing {
  readonly share: number;
  /** Of the hosts of the live version. */
  readonly liveHosts: readonly string[];
  /** For a rollout that begins. */
  readonly salt: string;
}

/** Ends a rollout, whichever version it is of. */
export function madeLive(before: SiteRecord | undefined, { site, version, hosts, now }: Pushing): SiteRecord {
  const { next: _ended, ...base } = before ?? {
    site,
    live: version,
    hosts,
    before: [],
    kept: [],
    retired: [],
  };
  const live = { ...base, live: version, hosts, before: before ? historyOver(before, version) : [] };
  return bounded(pushedFirst(live, version, now), before, now);
}

/** A rollout that grows keeps its salt, and with it the clients that it has. */
export function rolledOut(
  before: SiteRecord,
  { version, hosts, liveHosts, share, salt, now }: Rolling,
): SiteRecord {
  const hostsOfBoth = [...new Set([...liveHosts, ...hosts])];
  if (before.next?.version === version)
    return { ...before, next: { ...before.next, share }, hosts: hostsOfBoth };
  const rolling = { ...before, next: { version, share, salt }, hosts: hostsOfBoth };
  return bounded(pushedFirst(rolling, version, now), before, now);
}

/** `hosts` are those of the next version. */
export function promoted(before: SiteRecord, hosts: readonly string[]): SiteRecord {
  const { next, ...record } = before;
  if (!next) return before;
  return { ...record, live: next.version, hosts, before: historyOver(before, next.version) };
}

/** `hosts` are those of the live version. */
export function aborted({ next: _ended, ...record }: SiteRecord, hosts: readonly string[]): SiteRecord {
  return { ...record, hosts };
}

/** What a rollback goes to if no version is named. The error is a sentence. */
export function versionBefore({ site, live, before }: SiteRecord): Result<string, string> {
  const [version] = before;
  return version === undefined
    ? err(`${site} has no version before ${live}: \`headgate versions\` shows those that can be named`)
    : ok(version);
}

/** Back at a version, what was live after it is no longer before anything. It is still kept. */
export function rolledBack({ next: _ended, ...record }: SiteRecord, { version, hosts }: Known): SiteRecord {
  const at = record.before.indexOf(version);
  const before = at === -1 ? historyOver(record, version) : record.before.slice(at + 1);
  return { ...record, live: version, hosts, before };
}

/** What was live before this version, if it is live from now on. */
function historyOver({ live, before }: SiteRecord, version: string): string[] {
  return [live, ...before].filter((each) => each !== version);
}

const pushedFirst = (record: SiteRecord, version: string, now: string): SiteRecord => ({
  ...record,
  kept: [{ version, pushedAt: now }, ...record.kept.filter((kept) => kept.version !== version)],
});
