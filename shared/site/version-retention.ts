// Which versions of a site are kept, and when are the texts of the others removed? Pure. An edge may have an old record for a
// minute and a half, so a text is not removed together with its last mention as a version.
import { type RetiredKey, type SiteRecord, sourceKey, versionKey } from "./site-record.ts";

export const VERSIONS_KEPT = 20;
const REMOVED_AFTER_MS = 86_400_000;

/** Beyond the limit the versions that were pushed first are retired, but none that clients get, or got until now. */
export function bounded(after: SiteRecord, before: SiteRecord | undefined, now: string): SiteRecord {
  const inUse = new Set(
    [after, before].flatMap((record) => (record ? [record.live, record.next?.version] : [])),
  );
  const excess = after.kept.slice(VERSIONS_KEPT).filter(({ version }) => !inUse.has(version));
  const gone = new Set(excess.map(({ version }) => version));
  const kept = after.kept.filter(({ version }) => !gone.has(version));
  const needed = new Set(kept.flatMap(({ version }) => keysOf(after.site, version)));
  return {
    ...after,
    kept,
    before: after.before.filter((version) => !gone.has(version)),
    retired: [
      ...after.retired.filter(({ key }) => !needed.has(key)), // a version that was retired may be pushed again
      ...[...gone].flatMap((version) => retiring(keysOf(after.site, version), now)),
    ],
  };
}

/** All texts of a site whose key gets another use. */
export const textsOf = ({ site, kept, retired }: SiteRecord): string[] => [
  ...kept.flatMap(({ version }) => keysOf(site, version)),
  ...retired.map(({ key }) => key),
];

/** The texts of versions that clients get, or that can be made live. */
export const textsInUse = ({ site, live, next, kept }: SiteRecord): string[] =>
  [live, ...(next ? [next.version] : []), ...kept.map(({ version }) => version)].flatMap((version) =>
    keysOf(site, version),
  );

export const retiring = (keys: readonly string[], since: string): RetiredKey[] =>
  keys.map((key) => ({ key, since }));

/** Keys whose time has come. */
export const removableOf = ({ retired }: SiteRecord, now: string): string[] =>
  retired
    .filter(({ since }) => Date.parse(now) - Date.parse(since) >= REMOVED_AFTER_MS)
    .map(({ key }) => key);

export const withoutRetired = (record: SiteRecord, removed: ReadonlySet<string>): SiteRecord => ({
  ...record,
  retired: record.retired.filter(({ key }) => !removed.has(key)),
});

const keysOf = (site: string, version: string): string[] => [
  versionKey(site, version),
  sourceKey(site, version),
];
