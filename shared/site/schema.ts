// The site file: the one definition from which the types, the JSON Schema for editors, the documentation and
// every check of a file come. Durations come out in milliseconds, sizes in bytes.
import { z } from "zod";
import { cache } from "./cache-schema.ts";
import { match } from "./match-schema.ts";
import { pool } from "./pool-schema.ts";
import { country, editableHeaderName, headerName, headerValue, hostPattern, id, method } from "./scalars.ts";

const headerEdits = z
  .strictObject({
    set: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe("Put this value in place of any other."),
    add: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe("Add this value beside those that are there."),
    remove: z.array(editableHeaderName).default([]).describe("Take the field away."),
  })
  .describe("Applied in this order: remove, set, add.");

const headers = z
  .strictObject({
    request: headerEdits.optional().describe("What the origin receives."),
    response: headerEdits.optional().describe("What the client receives."),
  })
  .describe("Header fields to set, add or remove.");

const securityHeader = z.union([
  headerValue.describe("Set this value, whatever the origin sent."),
  z.literal("off").describe("Leave the field to the origin."),
  z.literal("remove").describe("Take the field away."),
  z.strictObject({
    value: headerValue,
    merge: z
      .enum(["set", "set-if-absent"])
      .default("set")
      .describe("set: ours replaces the origin's. set-if-absent: the origin's stays where there is one."),
  }),
]);

const preset = z.enum(["off", "basic", "strict"]);

const security = z
  .union([
    preset,
    z.strictObject({
      preset: preset.optional().describe("The preset to start from; on a route, the site's where left out."),
      headers: z
        .record(headerName, securityHeader)
        .default({})
        .describe("Header by header: a value, `off`, `remove`, or `{ value, merge }`."),
    }),
  ])
  .describe("Security headers on every answer, errors and cached ones included.");

const rewrite = z
  .strictObject({
    path: z
      .string()
      .startsWith("/", "must begin with /")
      .optional()
      .describe(
        "The path the origin sees. `:name` and a trailing `*` stand for what the matched path captured.",
      ),
    stripPrefix: z
      .string()
      .startsWith("/", "must begin with /")
      .optional()
      .describe("Take this prefix off the path: `/api` makes /api/users into /users."),
    addPrefix: z
      .string()
      .startsWith("/", "must begin with /")
      .optional()
      .describe("Put this prefix before the path, after `stripPrefix`."),
    query: z
      .strictObject({
        only: z.array(z.string()).optional().describe("Keep these parameters only; `*` stands for any text."),
        remove: z.array(z.string()).default([]).describe("Drop these parameters; `*` stands for any text."),
        set: z.record(z.string(), z.string()).default({}).describe("Set these parameters."),
      })
      .optional()
      .describe("Applied in this order: only, remove, set."),
  })
  .describe("The request as the origin should see it.");

const redirect = z
  .strictObject({
    to: z
      .string()
      .regex(/^(\/(?!\/)|https?:\/\/[^/])/, "must begin with one / or with https://")
      .optional()
      .describe("A path of this site, or an absolute URL; captures as in `rewrite.path`."),
    scheme: z.enum(["http", "https"]).optional().describe("Same host and path, under this scheme."),
    status: z
      .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
      .default(302),
    keepQuery: z.boolean().default(true).describe("Whether the query goes along."),
  })
  .describe("Answer with a redirect. A captured part can never lead to another host.");

const respond = z
  .strictObject({
    status: z.number().int().min(200).max(599).default(200),
    headers: z.record(editableHeaderName, headerValue).default({}),
    body: z.string().default(""),
  })
  .describe("Answer from the edge itself.");

export const PATH_ODDITIES = ["encoded-slash", "backslash", "control"] as const;

const route = z.strictObject({
  id: id.describe("Its name in logs, `explain` and tests; unique in the site."),
  match: match.optional().describe("Which requests it takes; all of them where left out. First match wins."),
  to: z.string().optional().describe("The pool that answers."),
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
    .describe("Retry POST and PATCH too. Danger: an origin may carry the request out twice."),
});

const testCase = z.strictObject({
  name: z.string().optional(),
  request: z.strictObject({
    url: z.url({ protocol: /^https?$/, error: "is not an absolute http(s) URL" }),
    method: method.default("GET"),
    headers: z.record(headerName, headerValue).default({}),
    country: country.optional(),
    ip: z.string().optional().describe("The client's address; 192.0.2.1 where left out."),
  }),
  expect: z.strictObject({
    route: z.string().optional(),
    status: z.number().int().optional().describe("The status of an answer that the edge makes itself."),
    reason: z.string().optional().describe("The reason of a refusal, e.g. no-route."),
    location: z.string().optional(),
    headers: z
      .record(headerName, z.union([headerValue, z.boolean()]))
      .optional()
      .describe("Header fields that the edge puts on the answer; true or false for present or absent."),
    origins: z.array(z.string()).optional().describe("The origins that may be chosen first, in any order."),
    request: z
      .strictObject({
        method: method.optional(),
        url: z.string().optional().describe("Path and query as the origin sees them."),
        headers: z.record(headerName, z.union([headerValue, z.boolean()])).optional(),
      })
      .optional()
      .describe("The request as the origin would see it."),
    key: z.string().nullable().optional().describe("The cache key; null where the cache is not asked."),
  }),
});

export const siteSchema = z.strictObject({
  $schema: z.string().optional().describe("For editors."),
  hosts: z
    .array(hostPattern)
    .min(1, "is empty; name at least one host")
    .describe("An exact host beats `*.example.com`, which beats `*`."),
  pools: z.record(id, pool).default({}).describe("Groups of origins that serve the same content."),
  routes: z
    .array(route)
    .min(1, "is empty; a site without a route answers nothing")
    .describe("First match wins; a request that no route takes gets a 404."),
  security: security.default("basic"),
  headers: headers.optional(),
  trustedProxies: z
    .array(
      z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
        error: "is not an address or a range such as 10.0.0.0/8",
      }),
    )
    .default([])
    .describe(
      "Proxies in front of the edge whose X-Forwarded-For and -Proto are believed. " +
        "Danger: whoever is in this list can name any client address.",
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
    .prefault({}),
  serverTiming: z
    .boolean()
    .default(false)
    .describe("Tell the client in `Server-Timing` where the time went."),
  tests: z
    .array(testCase)
    .default([])
    .describe("Run by `headgate test`, and by `push` before anything is written."),
});

/** A site file once read: defaults filled in, durations in milliseconds, sizes in bytes. */
export type Site = z.output<typeof siteSchema>;
/** A site file as people write it. */
export type SiteFile = z.input<typeof siteSchema>;
export type SiteRoute = Site["routes"][number];
export type SiteTest = Site["tests"][number];
export type SecurityConfig = Site["security"];
export type HeaderEditsConfig = z.output<typeof headerEdits>;
export type PathOddity = (typeof PATH_ODDITIES)[number];
