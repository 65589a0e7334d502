// A pool: origins that serve the same content, how one is chosen, and what happens when it fails.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { balance, hash } from "./balance-schema.ts";
import { breaker, maxInFlight } from "./breaker-schema.ts";
import { hostSeen, originTls, socket } from "./endpoint-schema.ts";
import { health } from "./health-schema.ts";
import { hedge } from "./hedge-schema.ts";
import { outlier } from "./outlier-schema.ts";
import { retry } from "./retry-schema.ts";
import { holdsCredentials, httpUrl, id } from "./scalars.ts";
import { serves } from "./serves-schema.ts";
import { sorry } from "./sorry-schema.ts";
import { sticky } from "./sticky-schema.ts";
import { timeout } from "./timeout-schema.ts";

const origin = z
  .strictObject({
    id: id.describe(doc("The name of the origin in logs and tests. Unique in the pool.")),
    url: httpUrl("is not an http(s) URL")
      .refine((url) => !/[?#]/.test(url), "may not have a query or a fragment")
      .refine((url) => !holdsCredentials(url), "may not contain a user name or password")
      .describe(
        doc(
          "Scheme, host, port, and a base path that is put in front of the request's path. Its host is the Host field, unless `host` says otherwise. " +
            "Danger: http is not encrypted. Cloudflare refuses a bare IP address.",
        ),
      ),
    host: hostSeen.optional().describe(doc("As `host` of the pool, for this origin.")),
    tls: originTls
      .optional()
      .describe(doc("As `tls` of the pool, for this origin; it replaces that one as a whole.")),
    socket: socket.optional(),
    weight: z
      .number()
      .min(0)
      .max(1_000_000)
      .default(1)
      .describe(doc("Its share of the requests among the origins of its tier; 0 takes it out of service.")),
    tier: z
      .number()
      .int()
      .min(0)
      .max(15)
      .default(0)
      .describe(doc("Failover order: a tier is used when no lower tier has an origin left.")),
    maxInFlight: maxInFlight
      .optional()
      .describe(
        doc(
          "How many attempts may be under way to the origin, in each isolate. If every origin has as many, a request gets a 503. Unlimited by default.",
        ),
      ),
    state: z
      .enum(["active", "drain", "off"])
      .default("active")
      .describe(
        doc(
          "active: in service. drain: no new clients, only those that are bound to it by `sticky`. off: no clients.",
        ),
      ),
  })
  .describe(doc("One server, or whatever is behind one URL."))
  .meta(doc({ examples: [{ id: "fra", url: "https://fra.example.net", weight: 3 }] }));

export const pool = z
  .strictObject({
    balance,
    hash: hash.optional(),
    sticky: sticky.optional(),
    sorry: sorry.optional(),
    serves: serves.optional(),
    origins: z
      .array(origin)
      .min(1, "has no origin; name at least one")
      .describe(doc("The origins; at least one must be in service.")),
    host: hostSeen
      .default("origin")
      .describe(
        doc(
          "The Host that the origins see. origin: that of their URL. keep: the one that the client asked for. Or a name. " +
            "On Cloudflare within one zone only (docs/origins.md).",
        ),
      ),
    tls: originTls.optional(),
    retry: retry.prefault({}),
    hedge: hedge.optional(),
    breaker: breaker.optional(),
    timeout: timeout.prefault({}),
    health: health.optional(),
    outlier: outlier.prefault({}),
  })
  .describe(
    doc("Origins that serve the same content, how one of them is chosen, and what happens when it fails."),
  )
  .meta(
    doc({
      examples: [
        {
          origins: [
            { id: "fra", url: "https://fra.example.net", weight: 3 },
            { id: "iad", url: "https://iad.example.net" },
            { id: "standby", url: "https://standby.example.org", tier: 1 },
          ],
          retry: { attempts: 2 },
        },
      ],
    }),
  );

export type PoolConfig = z.output<typeof pool>;
export type HealthConfig = NonNullable<PoolConfig["health"]>;
export type OriginConfig = z.output<typeof origin>;
