// Which version of a site is live, and which one is being rolled out? A small record under the key of the site's first host. The
// texts of the versions stand under keys of their own and never change, so that a site changes with one write of its record.
import { err, ok, type Result } from "../result.ts";
import type { Problem } from "./problem.ts";

/** What the edge needs of a record. */
export interface LiveVersions {
  /** The name of the site: the pattern under which the record stands. */
  readonly site: string;
  readonly live: string;
  readonly next?: NextVersion;
}

/** A version that a share of the clients gets. */
export interface NextVersion {
  readonly version: string;
  /** Above 0 and below 1. */
  readonly share: number;
  /** Decides which clients are in the share. It stays the same while the share grows. */
  readonly salt: string;
}

/** What the command line keeps beside it. */
export interface SiteRecord extends LiveVersions {
  /** The hosts of the live version, and then those that only the next one has. */
  readonly hosts: readonly string[];
  /** What was live before, the latest first. */
  readonly before: readonly string[];
  /** The versions that can be made live, the one that was pushed last first. */
  readonly kept: readonly KeptVersion[];
  /** Keys of texts that nothing needs any more. They are removed by a later change of the record, when no edge can read them. */
  readonly retired: readonly RetiredKey[];
}

export interface KeptVersion {
  readonly version: string;
  /** ISO 8601. Null if it was stored before there were versions. */
  readonly pushedAt: string | null;
}

export interface RetiredKey {
  readonly key: string;
  /** ISO 8601. */
  readonly since: string;
}

const VERSION_PREFIX = "version:";

/** The key of the text of a version. */
export const versionKey = (site: string, version: string): string => `${VERSION_PREFIX}${site}:${version}`;

/** The key of the site file as it was written, with its comments. The edge does not read it. */
export const sourceKey = (site: string, version: string): string => `source:${site}:${version}`;

const TEXT_KEY = /^(?:version|source):([^:]+):[\w-]{1,64}$/;

/** The site of such a text, by its key. Undefined for a key of another kind. */
export const siteOfText = (key: string): string | undefined => TEXT_KEY.exec(key)?.[1];

export const recordText = (record: SiteRecord): string => JSON.stringify(record);

/** A site file has no key of this name. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof (value as { live?: unknown } | null)?.live === "string";

const VERSION = /^[\w-]{1,64}$/;

/** Parts that only the command line needs may be missing, so that a record can be written by hand. */
export function readRecord(value: Record<string, unknown>): Result<SiteRecord, Problem[]> {
  const { site, live, next, hosts, before, kept, retired } = value;
  const problems: Problem[] = [];
  const demand = (path: string, isFine: boolean, message: string) => {
    if (!isFine) problems.push({ path, message });
  };
  demand("site", typeof site === "string" && site !== "", "is not the name of a site");
  demand("live", isVersion(live), "is not a version");
  demand("next", next === undefined || isNext(next), "is not a version with a share and a salt");
  if (problems.length > 0) return err(problems);
  return ok({
    site: site as string,
    live: live as string,
    ...(next !== undefined && { next: next as NextVersion }),
    hosts: listOf(hosts, isText),
    before: listOf(before, isVersion),
    kept: listOf(kept, isKept),
    retired: listOf(retired, isRetired),
  });
}

const isText = (value: unknown): value is string => typeof value === "string";

const isVersion = (value: unknown): value is string => isText(value) && VERSION.test(value);

function isNext(value: unknown): value is NextVersion {
  const { version, share, salt } = (value ?? {}) as Partial<NextVersion>;
  return isVersion(version) && typeof share === "number" && share > 0 && share < 1 && isText(salt);
}

function isKept(value: unknown): value is KeptVersion {
  const { version, pushedAt } = (value ?? {}) as Partial<KeptVersion>;
  return isVersion(version) && (pushedAt === null || isText(pushedAt));
}

function isRetired(value: unknown): value is RetiredKey {
  const { key, since } = (value ?? {}) as Partial<RetiredKey>;
  return isText(key) && siteOfText(key) !== undefined && isText(since);
}

const listOf = <T>(value: unknown, is: (one: unknown) => one is T): readonly T[] =>
  Array.isArray(value) ? value.filter(is) : [];
