// What a route says about its cache. If it says nothing, the origin's own header fields decide (RFC 9111).

import { doc } from "#doc";
import * as z from "../zod.ts";
import { duration, headerName, size } from "./scalars.ts";

const key = z
  .strictObject({
    query: z
      .strictObject({
        only: z
          .array(z.string())
          .optional()
          .describe(doc("Only these parameters are part of the key; `*` stands for any text.")),
        except: z
          .array(z.string())
          .optional()
          .describe(
            doc("All parameters except these are part of the key; `*` stands for any text, as in `utm_*`."),
          ),
        sorted: z.boolean().default(false).describe(doc("Whether the order of parameters is ignored.")),
      })
      .optional()
      .describe(doc("Which query parameters are part of the key; by default all of them, as sent."))
      .meta(doc({ examples: [{ except: ["utm_*"], sorted: true }] })),
    header: z
      .array(headerName)
      .prefault([])
      .describe(
        doc(
          "Request headers whose values are part of the key. A header that steers an origin's framework (docs/proxying.md) " +
            "reaches the origin only if it is named here.",
        ),
      ),
    cookie: z.array(z.string()).default([]).describe(doc("Cookies whose values are part of the key.")),
    cookiePresence: z
      .array(z.string())
      .default([])
      .describe(
        doc("Cookies of which only the presence is part of the key: two variants, however many values."),
      ),
    country: z.boolean().default(false).describe(doc("Whether each country has its own responses.")),
    device: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Whether mobile, tablet and desktop have their own responses, based on Sec-CH-UA-Mobile or User-Agent.",
        ),
      ),
    route: z
      .boolean()
      .default(true)
      .describe(
        doc(
          "Whether each route has its own responses. false: all routes with this setting share what is stored for a URL. " +
            "Danger: use it only if their origins give the same answers, or clients of one route get the answers of another.",
        ),
      ),
    pool: z
      .boolean()
      .default(true)
      .describe(
        doc(
          "Where the route names several pools: whether each has its own responses. Danger: false only if they give the same answers, or clients " +
            "of one get the answers of another.",
        ),
      ),
    host: z
      .boolean()
      .default(true)
      .describe(
        doc(
          "false: all hosts of the site share responses. Danger: use it only if the origin answers all of them the same.",
        ),
      ),
  })
  .prefault({})
  .describe(doc("What distinguishes two responses."))
  .meta(doc({ examples: [{ query: { only: ["v"] }, country: true }] }));

export const cacheRules = z.strictObject({
  ttl: duration
    .optional()
    .describe(
      doc(
        "How long a response stays fresh after it is received, whatever max-age, s-maxage, Expires, Age and Date say. " +
          "private, no-store and no-cache keep their meaning, and errors are not stored because of it.",
      ),
    ),
  defaultTtl: duration
    .optional()
    .describe(
      doc(
        "How long a response stays fresh if the origin says nothing, for statuses that are cacheable by default (RFC 9110 §15.1).",
      ),
    ),
  statusTtl: z
    .record(
      z
        .string()
        .regex(/^[1-5](\d\d|xx)$/, "is not a status; write 404 or 4xx")
        .meta({ title: "status" }),
      duration,
    )
    .default({})
    .describe(
      doc(
        "Lifetimes by status, `404` or `4xx`, replacing `ttl` and what the origin says; 0s: never stored. An error about a single " +
          "request (400, 401, 413, 414, 429, 431, …) is stored only by its own number, not by `4xx`.",
      ),
    ),
  browserTtl: duration
    .optional()
    .describe(
      doc(
        "The lifetime for browsers in Cache-Control, replacing the origin's max-age and Expires. Its other directives stay. An " +
          "error, or a response with no-cache or no-store, is left unchanged.",
      ),
    ),
  staleWhileRevalidate: duration
    .optional()
    .describe(
      doc(
        "How long a stale response is served at once while it is refreshed, if the origin does not say. " +
          "A response that neither `ttl` nor the origin declares fresh is not stored because of it.",
      ),
    ),
  staleIfError: duration
    .optional()
    .describe(
      doc(
        "How long, at least, a stale response is served if the origin fails. " +
          "0s: not even if the origin cannot be reached, when it is otherwise served for a day.",
      ),
    ),
  staleDespiteSMaxage: z
    .boolean()
    .default(false)
    .describe(
      doc(
        "s-maxage forbids every stale response (RFC 9111 §5.2.2.10), so stale-while-revalidate beside it is " +
          "without effect. true: treat it as a lifetime only.",
      ),
    ),
  key,
  bypass: z
    .strictObject({
      headers: z
        .array(headerName)
        .prefault([])
        .describe(doc("Request headers; if any of them is present, the cache is bypassed.")),
      cookies: z
        .array(z.string())
        .default([])
        .describe(
          doc("Cookies by name, `*` for any text; if any of them is present, the cache is bypassed."),
        ),
    })
    .prefault({})
    .describe(doc("Requests that bypass the cache: they are neither answered from it nor stored."))
    .meta(doc({ examples: [{ cookies: ["session_*"] }] })),
  vary: z
    .record(
      headerName,
      z.union([z.enum(["pass", "ignore"]), z.array(z.string()).min(1)], {
        error: "is not `pass`, `ignore` or a list of the values that matter",
      }),
    )
    .default({})
    .describe(
      doc(
        "How a request header that the origin names in Vary is compared. A list: only these values matter, and the best " +
          "accepted one counts. pass: byte for byte. ignore: not at all (danger: a client may get the variant of " +
          "another). By default, Accept-Encoding and Accept-Language are compared by meaning, others without redundant white space.",
      ),
    ),
  setCookie: z
    .enum(["refuse", "strip", "store"])
    .default("refuse")
    .describe(
      doc(
        "What happens to a response with Set-Cookie. refuse: it is not stored. strip: it is stored and served without the cookie. " +
          "store: it is stored with the cookie (danger: every client gets the cookie of the first).",
      ),
    ),
  keepTags: z
    .boolean()
    .default(false)
    .describe(
      doc(
        "Whether clients get the origin's Cache-Tag and Surrogate-Key, for a cache between them and this edge that purges by them. " +
          "Purging by these tags works in both cases.",
      ),
    ),
  maxObject: size.prefault("25MiB").describe(doc("The longest body that is stored.")),
  methods: z
    .array(z.enum(["GET", "POST", "QUERY"]))
    .default(["GET", "POST", "QUERY"])
    .describe(
      doc(
        "GET includes HEAD. POST: its response is stored for later GETs if its Content-Location is the URL of the request " +
          "and its freshness is explicit (RFC 9110 §9.3.3). QUERY: the body is part of the key (RFC 10008).",
      ),
    ),
  slice: size
    .refine((bytes) => bytes >= 65_536 && bytes <= 16_777_216, "is not between 64KiB and 16MiB")
    .optional()
    .describe(
      doc(
        "Fetch and store files longer than this in slices of this size, 64KiB to 16MiB, so that a range needs only its own " +
          "slices. An isolate holds two or three of them for each client. For origins that support ranges and send an ETag or " +
          "Last-Modified; others are asked for the whole file. `maxObject` applies to each slice.",
      ),
    ),
});

export const cache = z
  .union([z.literal("off"), cacheRules], { error: "is not `off` or a set of cache rules" })
  .describe(doc("`off`, or rules that add to the origin's header fields."))
  .meta(doc({ examples: [{ ttl: "1h", staleWhileRevalidate: "1d", staleIfError: "7d" }] }));

export type CacheConfig = z.output<typeof cache>;
export type CacheRulesConfig = z.output<typeof cacheRules>;
