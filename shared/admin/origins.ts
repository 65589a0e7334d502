// The operations of the admin API on the origins of a site.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { operation } from "./operation.ts";

const milliseconds = z.number();
const revision = z.int().min(0);

const origin = z
  .object({
    pool: z.string(),
    origin: z.string(),
    /** Of the site file. `gone`: the file no longer names it, and it is still drained. */
    state: z.enum(["active", "drain", "off", "gone"]),
    weight: z.number(),
    tier: z.int(),
    /** What the keeper tells of it. Isolates also know what they see themselves. */
    standing: z.enum(["good", "down", "drained", "off"]),
    /** Since when the probes say so; null if it is not probed. */
    since: milliseconds.nullable(),
    /** Why it is down. */
    because: z.string().nullable(),
    lastProbe: z.object({ at: milliseconds, ms: milliseconds, because: z.string().nullable() }).nullable(),
    lastFailure: z.object({ at: milliseconds, because: z.string() }).nullable(),
    /** Of live traffic. */
    attempts: z.int(),
    /** Its share of the attempts at the pool, from 0 to 1; null without attempts. */
    share: z.number().nullable(),
    failedShare: z.number().nullable(),
  })
  .meta(doc({ id: "OriginStanding" }));

const OF_AN_ORIGIN = [
  "unknown-site",
  "sites-unavailable",
  "no-keeper",
  "keeper-unavailable",
  "unknown-pool",
  "unknown-origin",
] as const;

export const ORIGINS = {
  listOrigins: operation({
    method: "get",
    path: "/v1/sites/{site}/origins",
    summary: "The origins of a site: standing, last probe, and share of the traffic of the last minute",
    scopes: ["read"],
    /** `now`: on the clock of the edge. */
    answer: z.object({ now: milliseconds, overMs: milliseconds, origins: z.array(origin) }),
    refuses: ["unknown-site", "sites-unavailable", "no-keeper", "keeper-unavailable"],
  }),
  drain: operation({
    method: "put",
    path: "/v1/sites/{site}/drains/{pool}/{origin}",
    summary: "Send no new clients to an origin, without a publication",
    scopes: ["publish"],
    changes: true,
    body: z.strictObject({
      /** Also if no other origin of the pool is usable. */
      force: z.boolean().default(false),
    }),
    answer: z.object({ revision }),
    refuses: [...OF_AN_ORIGIN, "last-origin"],
  }),
  undrain: operation({
    method: "delete",
    path: "/v1/sites/{site}/drains/{pool}/{origin}",
    summary: "Send clients to an origin again",
    scopes: ["publish"],
    changes: true,
    answer: z.object({ revision }),
    refuses: OF_AN_ORIGIN,
  }),
};
