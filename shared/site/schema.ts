// The site file: the single definition behind the types, the JSON Schema for editors, the documentation and every check
// of a file. In parsed values, durations are in milliseconds and sizes in bytes.
import * as z from "zod";
import { redirect, respond, rewrite } from "./action-schema.ts";
import { cache } from "./cache-schema.ts";
import { headers } from "./headers-schema.ts";
import { match } from "./match-schema.ts";
import { pool } from "./pool-schema.ts";
import { addressRange, hostPattern, id } from "./scalars.ts";
import { security } from "./security-schema.ts";
import { testCase } from "./test-schema.ts";

export const PATH_ODDITIES = ["encoded-slash", "backslash", "control"] as const;

const route = z
  .strictObject({
    id: id.describe("Its name in logs, `explain` and tests; unique in the site."),
    match: match
      .optional()
      .describe("Which requests it takes; all of them where left out. First match wins."),
    to: z
      .string()
      .optional()
      .describe("The pool whose origins answer. A route has exactly one of `to`, `redirect` and `respond`."),
    redirect: redirect.optional(),
    respond: respond.optional(),
    rewrite: rewrite.optional(),
    headers: headers.optional(),
    cache: cache.optional(),
    security: security.optional(),
    allowInPath: z
      .array(z.enum(PATH_ODDITIES))
      .default([])
      .describe(
        "Path content that is refused with 400 unless named here, because origins disagree on what it means: " +
          "an encoded slash (%2F), a backslash, a control character.",
      ),
    retryNonIdempotent: z
      .boolean()
      .default(false)
      .describe(
        "Retry POST and PATCH too, which are otherwise retried only where they carry an Idempotency-Key. " +
          "Danger: an origin may carry the request out twice.",
      ),
  })
  .describe("Which requests it takes, and what becomes of them.")
  .meta({
    examples: [
      {
        id: "assets",
        match: { path: "/assets/*" },
        cache: { ttl: "1h", staleWhileRevalidate: "1d" },
        to: "web",
      },
    ],
  });

export const siteSchema = z
  .strictObject({
    $schema: z
      .string()
      .optional()
      .describe("Where this schema is, for editors that complete and check as you type."),
    hosts: z
      .array(hostPattern)
      .min(1, "is empty; name at least one host")
      .describe(
        "The hosts that the site answers for, its name first. An exact host beats `*.example.com`, which beats `*`. " +
          "A host belongs to one site only.",
      ),
    pools: z.record(id, pool).default({}).describe("Groups of origins that serve the same content."),
    routes: z
      .array(route)
      .min(1, "is empty; a site without a route answers nothing")
      .describe("First match wins; a request that no route takes gets a 404."),
    security: security.prefault("basic"),
    headers: headers.optional(),
    trustedProxies: z
      .array(addressRange)
      .default([])
      .describe(
        "Proxies in front of the edge whose X-Forwarded-For, -Proto and -Host are believed, or Forwarded: see " +
          "`trustedFields`. " +
          "Danger: whoever is in this list can name any client address.",
      ),
    trustedFields: z
      .enum(["x-forwarded", "forwarded"])
      .optional()
      .describe(
        "Which fields the `trustedProxies` write: x-forwarded (X-Forwarded-For, -Proto and -Host) or forwarded (RFC 7239). " +
          "The others are then the client's own, and are not believed. Where left out, X-Forwarded-For counts, and without " +
          "one Forwarded. Danger: behind a proxy that writes one and passes on the other, a client can name any address in " +
          "the other; say which it writes.",
      ),
    mergeSlashes: z
      .boolean()
      .default(true)
      .describe("Treat // in a path as /, so that no spelling of a path slips past a route."),
    log: z
      .strictObject({
        sample: z
          .number()
          .min(0)
          .max(1)
          .default(1)
          .describe("The share of requests that are logged; refusals and 5xx always are."),
        query: z
          .boolean()
          .default(false)
          .describe("Log the query too. Danger: queries hold personal data and tokens."),
      })
      .describe("What the log holds: one record for each request.")
      .meta({ examples: [{ sample: 0.1 }] })
      .prefault({}),
    serverTiming: z
      .boolean()
      .default(false)
      .describe("Tell the client in `Server-Timing` where the time went."),
    tests: z
      .array(testCase)
      .default([])
      .describe("Run by `headgate test`, and by `push` before anything is written."),
  })
  .meta({
    title: "Headgate site file",
    examples: [
      {
        hosts: ["shop.example.com", "*.shop.example.com"],
        pools: { web: { origins: [{ id: "fra", url: "https://fra.example.net" }] } },
        routes: [{ id: "rest", to: "web" }],
        security: "strict",
      },
    ],
  });

/** A parsed site file: defaults filled in, durations in milliseconds, sizes in bytes. */
export type Site = z.output<typeof siteSchema>;
/** A site file as people write it. */
export type SiteFile = z.input<typeof siteSchema>;
export type SiteRoute = Site["routes"][number];
export type SiteTest = Site["tests"][number];
export type { HeaderEditsConfig } from "./headers-schema.ts";
export type { SecurityConfig } from "./security-schema.ts";
export type PathOddity = (typeof PATH_ODDITIES)[number];
