// The site file: the single definition behind the types, the JSON Schema for editors, the documentation and every check
// of a file. In parsed values, durations are in milliseconds and sizes in bytes.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { access, routeAccess } from "./access-schema.ts";
import { redirect, respond, rewrite } from "./action-schema.ts";
import { auth } from "./auth-schema.ts";
import { base } from "./base-schema.ts";
import { body } from "./body-schema.ts";
import { cache } from "./cache-schema.ts";
import { challenge } from "./challenge-schema.ts";
import { compress } from "./compress-schema.ts";
import { cors } from "./cors-schema.ts";
import { defaults } from "./defaults-schema.ts";
import { edits } from "./edits-schema.ts";
import { errors } from "./errors-schema.ts";
import { files } from "./files-schema.ts";
import { head } from "./head-schema.ts";
import { headers } from "./headers-schema.ts";
import { https } from "./https-schema.ts";
import { limits } from "./limit-schema.ts";
import { lists } from "./lists-schema.ts";
import { log } from "./log-schema.ts";
import { maintenance } from "./maintenance-schema.ts";
import { match } from "./match-schema.ts";
import { methods } from "./methods-schema.ts";
import { mirror } from "./mirror-schema.ts";
import { pool } from "./pool-schema.ts";
import { purgeRequests } from "./purge-requests-schema.ts";
import { addressRange, hostPattern, id } from "./scalars.ts";
import { security } from "./security-schema.ts";
import { testCase } from "./test-schema.ts";
import { routeTimeout } from "./timeout-schema.ts";
import { robots, securityTxt } from "./well-known-schema.ts";

export const PATH_ODDITIES = ["encoded-slash", "backslash", "control"] as const;

/** What a request has to meet, at the site and at a route. */
const requirements = {
  https: https.optional(),
  methods: methods.optional(),
  limit: limits.optional(),
  head: head.optional(),
  body: body.optional(),
  challenge: challenge.optional(),
};

const route = z
  .strictObject({
    id: id.describe(doc("The name of the route in logs, `explain` and tests. Unique in the site.")),
    match: match
      .optional()
      .describe(doc("Which requests the route takes; without it, all of them. The first match wins.")),
    to: z
      .union([
        z.string(),
        z.array(z.string()).min(1, "is empty; name a pool").max(8, "names more than 8 pools"),
      ])
      .optional()
      .describe(
        doc(
          "The pool whose origins answer, or several: the first one that serves the client (`serves`) and has an origin left, then the " +
            "others in this order. A route has exactly one of `to`, `files`, `redirect` and `respond`.",
        ),
      ),
    files: files.optional(),
    redirect: redirect.optional(),
    respond: respond.optional(),
    access: routeAccess.optional(),
    ...requirements,
    auth: auth
      .optional()
      .describe(
        doc(
          "How clients prove who they are, in place of what the site asks; `off` opens the route to everybody. See docs/authentication.md.",
        ),
      ),
    cors: cors.optional(),
    rewrite: rewrite.optional(),
    base: base.optional(),
    edits: edits.optional(),
    errors: errors.optional(),
    compress: compress.optional(),
    headers: headers.optional(),
    cache: cache.optional(),
    security: security.optional(),
    allowInPath: z
      .array(z.enum(PATH_ODDITIES))
      .default([])
      .describe(
        doc(
          "Path content that is refused with 400 unless named here, because origins interpret it differently: " +
            "an encoded slash (%2F), a backslash, a control character.",
        ),
      ),
    timeout: routeTimeout.optional(),
    mirror: mirror.optional(),
    retryNonIdempotent: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Also retry POST and PATCH, which are otherwise retried only if they have an Idempotency-Key. " +
            "Danger: an origin may process the request twice.",
        ),
      ),
  })
  .describe(doc("Which requests the route takes, and what it does with them."))
  .meta(
    doc({
      examples: [
        {
          id: "assets",
          match: { path: "/assets/*" },
          cache: { ttl: "1h", staleWhileRevalidate: "1d" },
          to: "web",
        },
      ],
    }),
  );

export const siteSchema = z
  .strictObject({
    $schema: z
      .string()
      .optional()
      .describe(doc("The location of this schema, for editors that complete and check as you type.")),
    hosts: z
      .array(hostPattern)
      .min(1, "is empty; name at least one host")
      .describe(
        doc(
          "The hosts that the site serves. The first one is its name. An exact host beats `*.example.com`, which beats `*`. " +
            "A host belongs to one site only.",
        ),
      ),
    defaults: defaults.optional(),
    pools: z.record(id, pool).default({}).describe(doc("Groups of origins that serve the same content.")),
    routes: z
      .array(route)
      .min(1, "is empty; a site without a route answers nothing")
      .describe(doc("The first match wins. A request that no route takes gets a 404.")),
    access: access.optional(),
    lists,
    maintenance: maintenance.optional(),
    ...requirements,
    auth: auth
      .optional()
      .describe(
        doc(
          "How clients prove who they are, on all routes that do not say it themselves. See docs/authentication.md.",
        ),
      ),
    cors: cors.optional(),
    security: security.prefault("basic"),
    errors: errors.optional(),
    compress: compress.optional(),
    robots: robots.optional(),
    securityTxt: securityTxt.optional(),
    headers: headers.optional(),
    trustedProxies: z
      .array(addressRange)
      .default([])
      .describe(
        doc(
          "Proxies in front of the edge whose X-Forwarded-For, -Proto and -Host are believed, or Forwarded: see " +
            "`trustedFields`. " +
            "Danger: anyone in this list can claim any client address.",
        ),
      ),
    trustedFields: z
      .enum(["x-forwarded", "forwarded"])
      .optional()
      .describe(
        doc(
          "Which fields the `trustedProxies` write: x-forwarded (X-Forwarded-For, -Proto and -Host) or forwarded (RFC 7239). " +
            "The others then come from the client, and are not believed. By default X-Forwarded-For is used or, without " +
            "it, Forwarded. Danger: behind a proxy that writes one and passes on the other, a client can claim any address in " +
            "the other; say which one your proxy writes.",
        ),
      ),
    mergeSlashes: z
      .boolean()
      .default(true)
      .describe(doc("Treat // in a path as /, so that no spelling of a path bypasses a route.")),
    log,
    purgeRequests: purgeRequests.optional(),
    serverTiming: z
      .boolean()
      .default(false)
      .describe(doc("Report to the client in `Server-Timing` where the time was spent.")),
    edgeFields: z
      .enum(["full", "brief", "off"])
      .default("brief")
      .describe(
        doc(
          "What the edge tells clients of itself. brief: `Via`, `Cache-Status`, `X-Request-Id`, and in `Proxy-Status` how many attempts failed " +
            "and how. full: which origins as well, also in `Server-Timing`. off: none of these, nor those of an origin, and no names of reasons in " +
            "problem documents. The log always has all of it.",
        ),
      ),
    tests: z
      .array(testCase)
      .default([])
      .describe(doc("Run by `headgate test`, and by `headgate push` before it writes anything.")),
  })
  .meta({ title: "Headgate site file" })
  .meta(
    doc({
      examples: [
        {
          hosts: ["shop.example.com", "*.shop.example.com"],
          pools: { web: { origins: [{ id: "fra", url: "https://fra.example.net" }] } },
          routes: [{ id: "rest", to: "web" }],
          security: "strict",
        },
      ],
    }),
  );

/** A parsed site file: defaults filled in, durations in milliseconds, sizes in bytes. */
export type Site = z.output<typeof siteSchema>;
/** A site file as people write it. */
export type SiteFile = z.input<typeof siteSchema>;
export type SiteRoute = Site["routes"][number];
export type SiteTest = Site["tests"][number];
export type { HeaderEditsConfig } from "./headers-schema.ts";
export type { SecurityConfig } from "./security-schema.ts";
export type PathOddity = (typeof PATH_ODDITIES)[number];
