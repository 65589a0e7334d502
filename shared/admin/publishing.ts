// The operations of the admin API that publish sites: their input and their answers.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { operation } from "./operation.ts";
import { SCOPES } from "./scopes.ts";

/** As a caller writes hosts and versions. */
const host = z.string().min(1).max(253);
const version = z.string().min(1).max(64);
/** Above 0 and below 1. */
const share = z.number().gt(0).lt(1);

/** Each takes a few reads and writes of the store, and a request may make 1,000 on Cloudflare. */
const MAX_SITES = 50;
const MAX_PUBLISH_BYTES = 8 * 1_048_576;

const sitePublished = z.strictObject({
  /** The values of a site file. */
  file: z.record(z.string(), z.unknown()),
  /** The file as it was written, with its comments; for `headgate pull`. */
  source: z.string().optional(),
});

const nextVersion = z.object({ version: z.string(), share: z.number(), salt: z.string() });

const record = z
  .object({
    site: z.string(),
    hosts: z.array(z.string()),
    live: z.string(),
    next: nextVersion.optional(),
    before: z.array(z.string()),
    kept: z.array(z.object({ version: z.string(), pushedAt: z.string().nullable() })),
    retired: z.array(z.object({ key: z.string(), since: z.string() })),
  })
  .meta(doc({ id: "SiteRecord" }));

/** What a change of many keys came to. */
const written = z.object({
  done: z.array(z.string()),
  /** Each of them may have been changed. */
  unsure: z.array(z.string()),
  failure: z.string().optional(),
});

export const publishedAnswer = z.object({
  changes: z.array(
    z.object({
      key: z.string(),
      pattern: z.string(),
      holds: z.string(),
      change: z.enum(["new", "changed", "same"]),
      /** When this key is written, the change is done. */
      lastKey: z.string(),
      plan: z
        .object({
          version: z.string(),
          before: z.string().optional(),
          share: z.number().optional(),
          ended: z.string().optional(),
        })
        .optional(),
    }),
  ),
  leftovers: z.array(z.object({ key: z.string(), host: z.string(), what: z.enum(["pointer", "site"]) })),
  written,
  removed: written,
});

export const changedAnswer = z.object({ before: record, after: record, written });

const REFUSALS = [
  "sites-not-writable",
  "sites-unavailable",
  "not-possible",
  "broke-off",
  "changed-meanwhile",
] as const;

const changing = <const Path extends `/v1/sites/{site}/${string}`>(path: Path, summary: string) => ({
  path,
  summary,
  scopes: ["publish"] as const,
  changes: true as const,
  answer: changedAnswer,
  refuses: REFUSALS,
});

export const PUBLISHING = {
  publish: operation({
    method: "post",
    path: "/v1/publish",
    summary: "Publish versions of sites, after their checks and tests: live, or for a share of the clients",
    scopes: ["publish"],
    changes: true,
    maxBodyBytes: MAX_PUBLISH_BYTES,
    auditedBody: ({ sites, ...wishes }) => ({
      ...wishes,
      hosts: sites.map(({ file }) => file.hosts ?? null),
    }),
    body: z.strictObject({
      sites: z.array(sitePublished).min(1).max(MAX_SITES),
      /** Hosts that may come from another site. */
      takeHosts: z.array(host).max(1_000).default([]),
      /** Hosts that are taken away. None of the files names them. */
      removeHosts: z.array(host).max(1_000).default([]),
      /** Whether pointers to these sites that nothing needs any more are removed. */
      prune: z.boolean().default(false),
      share: share.optional(),
    }),
    answer: publishedAnswer,
    refuses: [...REFUSALS, "tests-failed", "host-of-another-site"],
  }),
  listVersions: operation({
    method: "get",
    path: "/v1/versions",
    summary: "The versions of all sites, a page at a time",
    scopes: SCOPES,
    query: z.strictObject({ after: z.string().max(1_024).optional() }),
    answer: z.object({ sites: z.array(record), next: z.string().nullable() }),
    refuses: ["sites-not-writable", "sites-unavailable"],
  }),
  getVersions: operation({
    method: "get",
    path: "/v1/sites/{site}/versions",
    summary: "The versions of the site that has a host",
    scopes: SCOPES,
    answer: record,
    refuses: ["sites-not-writable", "sites-unavailable", "not-possible"],
  }),
  getVersion: operation({
    method: "get",
    path: "/v1/sites/{site}/versions/{version}",
    summary: "The file of a version: live, next, or the beginning of a version",
    scopes: ["read", "publish"],
    answer: z.object({
      site: z.string(),
      version: z.string(),
      /** The values of the file, as compact JSON. */
      json: z.string(),
      /** The file as it was sent, if it was. The edge has not read it: compare it with the version. */
      source: z.string().nullable(),
    }),
    refuses: ["sites-not-writable", "sites-unavailable", "not-possible"],
  }),
  rollback: operation({
    method: "post",
    ...changing("/v1/sites/{site}/rollback", "Make an earlier version live for everybody"),
    /** Without a version: the one that was live before. */
    body: z.strictObject({ version: version.optional() }),
  }),
  promote: operation({
    method: "post",
    ...changing("/v1/sites/{site}/promote", "Give the version that is rolled out to everybody"),
    body: z.strictObject({}),
  }),
  abort: operation({
    method: "post",
    ...changing("/v1/sites/{site}/abort", "End a rollout: everybody gets the live version"),
    body: z.strictObject({}),
  }),
  setShare: operation({
    method: "put",
    ...changing("/v1/sites/{site}/share", "Give a stored version to a share of the clients"),
    body: z.strictObject({ version: version.default("next"), share }),
  }),
};

export const REMOVE_HOST = operation({
  method: "delete",
  path: "/v1/hosts/{host}",
  summary: "Take a host away; a site goes with its first host, versions and all",
  scopes: ["publish"],
  changes: true,
  answer: z.object({ site: z.string(), removed: z.array(z.string()) }),
  refuses: [...REFUSALS, "unknown-host"],
});
