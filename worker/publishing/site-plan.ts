// What does the store hold of a site after a push: which record, and which texts does it need that are not there yet? Pure.

import { madeLive, rolledOut } from "../../shared/site/record-changes.ts";
import { type SiteRecord, sourceKey, versionKey } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { retiring, textsOf } from "../../shared/site/version-retention.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { Present, StoreEntry } from "./site-store.ts";
import type { StandingSite } from "./standing-site.ts";
import { recordIn } from "./what-is-stored.ts";

export interface SitePlan {
  readonly hosts: readonly string[];
  readonly version: string;
  readonly record: SiteRecord;
  /** Whether the record in the store is this one already. */
  readonly isStored: boolean;
  /** To be written before the record. */
  readonly texts: readonly StoreEntry[];
  /** The live version that this one takes the place of, or that it is rolled out beside. */
  readonly before: string | undefined;
  /** Of a rollout. */
  readonly share: number | undefined;
  /** The version of a rollout that the push ends. */
  readonly ended: string | undefined;
}

export interface Moment {
  /** ISO 8601. */
  readonly now: string;
  /** For a rollout that begins. */
  readonly salt: string;
}

/** `share`: the version is rolled out to this share of the clients. There is a standing site then. */
export function planOf(
  loaded: CheckedFile,
  { standing, present, texts }: { standing: StandingSite | undefined; present: Present; texts: Present },
  { now, salt, share }: Moment & { readonly share: number | undefined },
): SitePlan {
  const { version, site: parsed } = loaded;
  const [site = ""] = parsed.hosts;
  const before = standing?.record;
  const isLive = before?.live === version;
  const pushing = { site, version, hosts: parsed.hosts, now };
  const isRolling = share !== undefined && before !== undefined && !isLive;
  const isServedSo = before?.next === undefined && before?.hosts.join() === parsed.hosts.join();
  const isAsItWas = isLive && (share !== undefined || isServedSo);
  const sameShare = isRolling && before.next?.version === version && before.next.share === share;
  const record = ((): SiteRecord => {
    if (before && (isAsItWas || sameShare)) return before;
    if (isRolling) return rolledOut(before, { ...pushing, share, salt, liveHosts: before.hosts });
    return madeLive(before, pushing);
  })();
  const { carried } = standing ?? {};
  const retired = replacedBy(parsed.hosts, present).flatMap((other) => retiring(textsOf(other), now));
  return {
    hosts: parsed.hosts,
    version,
    record: retired.length > 0 ? { ...record, retired: [...record.retired, ...retired] } : record,
    isStored: record === before && carried === undefined && retired.length === 0,
    texts: [
      ...textsFor(loaded, site, texts),
      ...(carried && carried.key !== versionKey(site, version) ? [carried] : []),
    ],
    before: isLive ? undefined : before?.live,
    share: isRolling ? share : undefined,
    ended: before?.next?.version === record.next?.version ? undefined : before?.next?.version,
  };
}

/** The text of the version if it is not there, or was checked by other rules; and its file if the version is new. */
function textsFor({ version, stored, source }: CheckedFile, site: string, texts: Present): StoreEntry[] {
  const key = versionKey(site, version);
  const there = texts.get(key) ?? null;
  if (there === stored) return [];
  const isNew = there === null && source !== undefined;
  return [{ key, value: stored }, ...(isNew ? [{ key: sourceKey(site, version), value: source }] : [])];
}

/** The records in whose places pointers come. */
function replacedBy([, ...others]: readonly string[], present: Present): SiteRecord[] {
  return others.flatMap((host) => recordIn(present.get(siteKey(host)) ?? "") ?? []);
}
