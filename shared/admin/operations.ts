// What the admin API can do. The edge makes its routes from this table, and the command line its calls.

import { doc } from "#doc";
import {
  address,
  asn,
  country,
  durationWithin,
  headerName,
  headerValue,
  id,
  method,
} from "../site/scalars.ts";
import * as z from "../zod.ts";
import { operation } from "./operation.ts";
import { ORIGINS } from "./origins.ts";
import { PUBLISHING, REMOVE_HOST } from "./publishing.ts";
import { SCOPES } from "./scopes.ts";

const siteSummary = z
  .object({
    name: z.string(),
    version: z.string(),
    hosts: z.array(z.string()),
  })
  .meta(doc({ id: "SiteSummary" }));

const site = siteSummary
  .extend({
    routes: z.array(z.string()),
  })
  .meta(doc({ id: "Site" }));

const headers = z.array(z.tuple([headerName, headerValue])).max(100);

const MAX_URL_LENGTH = 8_192;

/** Each is a command to the keeper. */
export const MAX_URLS_AT_ONCE = 100;

const revision = z.int().min(0);
/** Since 1970. */
const milliseconds = z.number();

const switches = z.object({
  maintenance: z.object({ retryAfterSeconds: z.int() }).nullable(),
  cacheOff: z.boolean(),
  kill: z.boolean(),
});

const sums = z.record(z.string(), z.number());

/** worker/keeping/counts.ts describes the keys. */
const counts = z.object({
  requests: sums,
  durations: z.record(z.string(), z.array(z.number())),
  attempts: sums,
  refusals: sums,
});

const OF_THE_KEEPER = ["unknown-site", "sites-unavailable", "no-keeper", "keeper-unavailable"] as const;

/** Exactly one of `urls`, `prefix`, `tag`, `all`, or `host` alone. */
const purgeOrder = z
  .strictObject({
    urls: z.array(z.string().min(1).max(MAX_URL_LENGTH)).min(1).max(MAX_URLS_AT_ONCE).optional(),
    /** Whole segments: `https://shop.example.com/a` covers `/a` and `/a/b`, and not `/ab`. */
    prefix: z.string().min(1).max(MAX_URL_LENGTH).optional(),
    tag: z.string().min(1).max(1_024).optional(),
    all: z.literal(true).optional(),
    /** What was stored for this host; with a tag, only what has it. */
    host: z.string().min(1).max(253).optional(),
    /** `hard`: as if it were not stored. `soft`: as if it were stale. */
    mode: z.enum(["hard", "soft"]).default("hard"),
    /** Spreads it over so long: each response is purged at a point of its own. */
    over: durationWithin({ least: "0s", most: "7d" }).default(0),
  })
  .meta(doc({ id: "PurgeOrder" }));

/** An address list that the keeper reads. */
const listSeen = z.object({
  name: z.string(),
  /** What is in force; null if it was never read. */
  good: z.object({ ranges: z.int(), at: milliseconds }).nullable(),
  failing: z.object({ because: z.string(), since: milliseconds }).nullable(),
});

export const OPERATIONS = {
  describeApi: operation({
    method: "get",
    path: "/v1/openapi.json",
    summary: "This document",
    scopes: SCOPES,
    answer: z.record(z.string(), z.unknown()),
  }),
  listSites: operation({
    method: "get",
    path: "/v1/sites",
    summary: "The sites of this edge, a page at a time",
    scopes: SCOPES,
    query: z.strictObject({ after: z.string().max(1_024).optional() }),
    answer: z.object({
      sites: z.array(siteSummary),
      /** To ask for the next page with, as `after`. */
      next: z.string().nullable(),
    }),
    refuses: ["sites-not-listed", "sites-unavailable"],
  }),
  getSite: operation({
    method: "get",
    path: "/v1/sites/{site}",
    summary: "One site as the edge serves it",
    scopes: SCOPES,
    answer: site,
    refuses: ["unknown-site", "sites-unavailable"],
  }),
  findHost: operation({
    method: "get",
    path: "/v1/hosts/{host}",
    summary: "The site that serves a host",
    scopes: SCOPES,
    answer: siteSummary,
    refuses: ["unknown-host", "sites-unavailable"],
  }),
  removeHost: REMOVE_HOST,
  explain: operation({
    method: "post",
    path: "/v1/explain",
    summary: "What the edge would do with a request, and why",
    scopes: ["read"],
    body: z.strictObject({
      method: method.default("GET"),
      url: z
        .string()
        .max(MAX_URL_LENGTH)
        .regex(/^https?:\/\//i, "must begin with http:// or https://"),
      headers: headers.default([]),
      ip: address.optional(),
      country: country.optional(),
      asn: asn.optional(),
      lists: z.array(id).optional(),
      usedUp: z.array(id).optional(),
      claims: z.record(z.string(), z.unknown()).optional(),
      stored: z
        .strictObject({
          status: z.int().min(200).max(599).default(200),
          headers: headers.default([]),
          ageMs: z.int().min(0).default(0),
        })
        .optional(),
    }),
    /** As `headgate explain --json` prints it. */
    answer: z.record(z.string(), z.unknown()).meta(doc({ id: "Explanation" })),
  }),
  getKeeper: operation({
    method: "get",
    path: "/v1/sites/{site}/keeper",
    summary: "All that the keeper of a site remembers",
    scopes: ["read"],
    answer: z.looseObject({ revision, changedAt: milliseconds, switches }),
    refuses: OF_THE_KEEPER,
  }),
  getTally: operation({
    method: "get",
    path: "/v1/sites/{site}/tally",
    summary: "How many requests of a site were answered how: since its keeper started, and lately",
    scopes: ["read"],
    query: z.strictObject({
      /** In slots of ten seconds, or of ten minutes if it is more than an hour. */
      last: durationWithin({ least: "10s", most: "7d" }).default(60_000),
    }),
    answer: z.object({
      since: milliseconds,
      totals: counts,
      recent: z.object({ counts, overMs: milliseconds }),
      /** Absent in an edge of an older version. */
      lists: z.array(listSeen).optional(),
    }),
    refuses: OF_THE_KEEPER,
  }),
  setSwitch: operation({
    method: "put",
    path: "/v1/sites/{site}/switches/{switch}",
    summary: "Turn maintenance, cacheOff or kill on or off",
    scopes: ["publish"],
    changes: true,
    body: z.strictObject({
      on: z.boolean(),
      /** Of maintenance: what clients are told. */
      retryAfterSeconds: z.int().min(1).max(604_800).optional(),
    }),
    answer: z.object({ revision }),
    refuses: [...OF_THE_KEEPER, "unknown-switch"],
  }),
  purge: operation({
    method: "post",
    path: "/v1/sites/{site}/purges",
    summary: "Purge stored responses: by URL, path, tag or host, or all of the site",
    scopes: ["purge"],
    changes: true,
    body: purgeOrder,
    answer: z.object({
      /** The one to ask a receipt for. */
      revision,
    }),
    refuses: OF_THE_KEEPER,
  }),
  purgeByUrl: operation({
    method: "post",
    path: "/v1/purges",
    summary: "Purge stored responses of the site that serves the URLs, the prefix or the host",
    scopes: ["purge"],
    changes: true,
    body: purgeOrder,
    answer: z.object({ site: z.string(), revision }),
    refuses: [...OF_THE_KEEPER, "unknown-host"],
  }),
  getReceipt: operation({
    method: "get",
    path: "/v1/sites/{site}/purges/{revision}",
    summary: "Which data centres have confirmed a revision, such as that of a purge",
    scopes: ["read", "purge"],
    answer: z.object({
      revision,
      isComplete: z.boolean(),
      /** Whoever has not confirmed it has no traffic, and asks for it before its next answer. Absent in an older edge. */
      isSettled: z.boolean().optional(),
      places: z.array(
        z.object({
          place: z.string(),
          isolates: z.int(),
          confirmedAt: milliseconds.nullable(),
          /** It has not confirmed it and has no traffic. */
          isQuiet: z.literal(true).optional(),
        }),
      ),
    }),
    refuses: [...OF_THE_KEEPER, "unknown-revision"],
  }),
  ...ORIGINS,
  ...PUBLISHING,
};

export type Operations = typeof OPERATIONS;
export type OperationName = keyof Operations;
