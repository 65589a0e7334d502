// What a route says about its cache. If it says nothing, the origin's own header fields decide (RFC 9111).
import * as z from "zod";
import { duration, headerName, size } from "./scalars.ts";

const key = z
  .strictObject({
    query: z
      .strictObject({
        only: z
          .array(z.string())
          .optional()
          .describe("Only these parameters tell responses apart; `*` stands for any text."),
        except: z.array(z.string()).optional().describe("All but these do; `utm_*` is a pattern."),
        sorted: z.boolean().default(false).describe("Whether the order of parameters is ignored."),
      })
      .optional()
      .describe("Which parameters of the query belong to the key; all of them, as sent, where left out.")
      .meta({ examples: [{ except: ["utm_*"], sorted: true }] }),
    header: z
      .array(headerName)
      .prefault([])
      .describe(
        "Request headers whose values tell responses apart. One that steers an origin's framework (docs/proxying.md) " +
          "reaches the origin only where it is named here.",
      ),
    cookie: z.array(z.string()).default([]).describe("Cookies whose values tell responses apart."),
    cookiePresence: z
      .array(z.string())
      .default([])
      .describe(
        "Cookies of which it matters only whether they are there: two variants, however many values.",
      ),
    country: z.boolean().default(false).describe("Whether each country has responses of its own."),
    device: z
      .boolean()
      .default(false)
      .describe(
        "Whether mobile, tablet and desktop have responses of their own, told by Sec-CH-UA-Mobile or User-Agent.",
      ),
    route: z
      .boolean()
      .default(true)
      .describe(
        "Whether each route has responses of its own. false: routes that say so share what is stored for a URL. " +
          "Danger: only where their origins answer alike, or one route's answer reaches another's clients.",
      ),
    host: z
      .boolean()
      .default(true)
      .describe(
        "false: all hosts of the site share responses. Danger: only where the origin answers alike for all.",
      ),
  })
  .prefault({})
  .describe("What tells two responses apart.")
  .meta({ examples: [{ query: { only: ["v"] }, country: true }] });

export const cacheRules = z.strictObject({
  ttl: duration
    .optional()
    .describe(
      "How long a response stays fresh from when it comes, whatever max-age, s-maxage, Expires, Age and Date say. " +
        "What is private, no-store or no-cache keeps its meaning, and an error is not kept by it.",
    ),
  defaultTtl: duration
    .optional()
    .describe(
      "How long it stays fresh where the origin says nothing, for statuses that are cacheable by default (RFC 9110 §15.1).",
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
      "Lifetimes by status, `404` or `4xx`, in place of `ttl` and of what the origin says; 0s: never kept. What is about one " +
        "request (400, 401, 413, 414, 429, 431, …) is kept by its own number alone, and not by `4xx`.",
    ),
  browserTtl: duration
    .optional()
    .describe(
      "What browsers are told in Cache-Control, in place of the origin's max-age and Expires. Its other directives stay, and " +
        "an error, no-cache and no-store keep its word.",
    ),
  staleWhileRevalidate: duration
    .optional()
    .describe(
      "For how long past its freshness it is served at once while it is refreshed, where the origin does not say. " +
        "What nobody declares fresh, by `ttl` or by the origin, is not stored for it.",
    ),
  staleIfError: duration
    .optional()
    .describe(
      "For how long past its freshness it stands in for a failing origin, at least. " +
        "0s: not even for one that cannot be reached, for which it otherwise does for a day.",
    ),
  staleDespiteSMaxage: z
    .boolean()
    .default(false)
    .describe(
      "s-maxage forbids every stale answer (RFC 9111 §5.2.2.10), and so leaves stale-while-revalidate beside it " +
        "without effect. true: read it as a lifetime only.",
    ),
  key,
  bypass: z
    .strictObject({
      headers: z.array(headerName).prefault([]).describe("Request headers; one that is present is enough."),
      cookies: z.array(z.string()).default([]).describe("Cookies by name, `*` for any text; one is enough."),
    })
    .prefault({})
    .describe("Requests that go past the cache: neither answered from it nor stored.")
    .meta({ examples: [{ cookies: ["session_*"] }] }),
  vary: z
    .record(
      headerName,
      z.union([z.enum(["pass", "ignore"]), z.array(z.string()).min(1)], {
        error: "is neither `pass`, `ignore` nor a list of the values that matter",
      }),
    )
    .default({})
    .describe(
      "How a request header that the origin names in Vary is compared. A list: only these values matter, the best " +
        "accepted one counts. pass: byte for byte. ignore: not at all (danger: whoever comes second gets the first " +
        "one's variant). Left out: Accept-Encoding and Accept-Language by meaning, others without needless blanks.",
    ),
  setCookie: z
    .enum(["refuse", "strip", "store"])
    .default("refuse")
    .describe(
      "A response with Set-Cookie. refuse: not stored. strip: stored and answered without it. " +
        "store: stored with it (danger: everyone gets the first one's cookie).",
    ),
  maxObject: size.prefault("25MiB").describe("A longer body is not stored."),
  methods: z
    .array(z.enum(["GET", "POST", "QUERY"]))
    .default(["GET", "POST", "QUERY"])
    .describe(
      "GET includes HEAD. POST: its response is kept for later GETs where its Content-Location is the request's own URL " +
        "and its freshness explicit (RFC 9110 §9.3.3). QUERY: keyed by its body (RFC 10008).",
    ),
  slice: size
    .refine((bytes) => bytes >= 65_536 && bytes <= 16_777_216, "is not between 64KiB and 16MiB")
    .optional()
    .describe(
      "Fetch and keep files longer than this in slices of this size, 64KiB to 16MiB, so that a range needs only its own " +
        "slices; an isolate holds two or three of them for each client. For origins that know ranges and send an ETag or " +
        "Last-Modified; others are asked for the whole. `maxObject` holds for each slice.",
    ),
});

export const cache = z
  .union([z.literal("off"), cacheRules], { error: "is neither `off` nor a set of cache rules" })
  .describe("`off`, or rules that add to what the origin's header fields say.")
  .meta({ examples: [{ ttl: "1h", staleWhileRevalidate: "1d", staleIfError: "7d" }] });

export type CacheConfig = z.output<typeof cache>;
export type CacheRulesConfig = z.output<typeof cacheRules>;
