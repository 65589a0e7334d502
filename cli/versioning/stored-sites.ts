// The stored sites and their versions as the commands use them, in a store that is written from here or behind the admin API of an
// edge (cli/admin/sites-at-edge.ts). The errors are sentences: nothing was written.
import { randomBytes } from "node:crypto";
import { ok, type Result } from "../../shared/result.ts";
import { versionNamed } from "../../shared/site/name-version.ts";
import type { SiteRecord } from "../../shared/site/site-record.ts";
import { changeVersion, type VersionChange } from "../../worker/publishing/change-version.ts";
import { intentOf, type Wish } from "../../worker/publishing/intents.ts";
import { type Pushed, pushSites, type Wishes } from "../../worker/publishing/push-sites.ts";
import type { SiteStore } from "../../worker/publishing/site-store.ts";
import { storedSite, storedSites } from "../../worker/publishing/stored-site.ts";
import { storedVersion } from "../../worker/publishing/stored-version.ts";
import type { LoadedSite } from "../judge-file.ts";
import { readVersion, type VersionRead } from "./read-version.ts";

/** What the report of a push needs of it. */
export interface ReportedPush extends Omit<Pushed, "changes"> {
  readonly changes: readonly ReportedChange[];
}

type Change = Pushed["changes"][number];

export interface ReportedChange extends Pick<Change, "key" | "pattern" | "holds" | "change" | "lastKey"> {
  readonly plan?: Pick<NonNullable<Change["plan"]>, "version" | "before" | "share" | "ended"> | undefined;
}

/** `host`: of the site; undefined for the only one. */
export interface StoredSites {
  push(sites: readonly LoadedSite[], wishes: Wishes): Promise<Result<ReportedPush, string>>;
  /** Of all sites if no host is named. */
  records(host: string | undefined): Promise<Result<readonly SiteRecord[], string>>;
  /** `word`: `live`, `next`, or the beginning of a version. */
  version(host: string | undefined, word: string): Promise<Result<VersionRead, string>>;
  change(host: string | undefined, wish: Wish): Promise<Result<VersionChange, string>>;
}

const moment = () => ({ now: new Date().toISOString(), salt: randomBytes(8).toString("hex") });

export const sitesIn = (store: SiteStore): StoredSites => ({
  push: (sites, wishes) => pushSites(sites, store, wishes, moment()),
  records: async (host) => {
    if (host === undefined) {
      const all = await storedSites(store);
      return all.ok ? ok(all.value.map(({ record }) => record)) : all;
    }
    const site = await storedSite(store, host);
    return site.ok ? ok([site.value.record]) : site;
  },
  version: async (host, word) => {
    const standing = await storedSite(store, host);
    if (!standing.ok) return standing;
    const version = versionNamed(word, standing.value.record);
    if (!version.ok) return version;
    const stored = await storedVersion(store, standing.value, version.value);
    return stored.ok ? readVersion(stored.value) : stored;
  },
  change: (host, wish) => {
    const now = moment();
    return changeVersion(store, host, (record) => intentOf(wish, record, now));
  },
});
