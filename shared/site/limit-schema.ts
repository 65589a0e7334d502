// How many requests a client may send, and how many at once.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { maxInFlight } from "./breaker-schema.ts";
import { durationWithin, headerName, id, oneOrMore } from "./scalars.ts";

/** A part of a request by which clients are told apart. */
export type LimitBy =
  | { readonly kind: "ip" | "subject" | "route" | "host" }
  | { readonly kind: "header" | "cookie"; readonly name: string };

const PLAIN = ["ip", "subject", "route", "host"] as const;

const limitBy = z
  .string()
  .transform((text, context): LimitBy => {
    const plain = PLAIN.find((kind) => kind === text);
    if (plain) return { kind: plain };
    const [, kind, name = ""] = /^(header|cookie):(.+)$/s.exec(text) ?? [];
    if (kind === "cookie") return { kind, name };
    const header = kind === "header" ? headerName.safeParse(name) : undefined;
    if (header?.data === "host") context.addIssue("is compared as the client spells it; write host");
    else if (header?.success) return { kind: "header", name: header.data };
    else
      context.addIssue(
        "is not a key to count by; write ip, subject, route, host, header:NAME or cookie:NAME",
      );
    return z.NEVER;
  })
  .meta({ title: "limit key" })
  .meta(doc({ examples: ["ip", "header:x-api-key"] }));

/** What the platform's binding counts over. */
export const LIMITED_BY_PLATFORM_MS: readonly number[] = [10_000, 60_000];

const units = z.number().int().min(0).max(1_000_000);

/** `401`, or `4xx`. */
const statusOrClass = z
  .string()
  .regex(/^(?:[2-5]\d\d|[2-5]xx)$/, "is not a status; write 401, or 4xx for all of them");

const cost = z
  .union([
    units.min(1).transform((request) => ({ request, statuses: {} })),
    z
      .strictObject({
        request: units
          .default(1)
          .describe(doc("What each request takes. 0: none, but it is refused if none is left.")),
        statuses: z
          .record(statusOrClass, units)
          .default({})
          .describe(
            doc(
              "What a response with this status takes in addition: `401`, or `4xx` for all of them. Refusals of the edge count like answers of " +
                "an origin. Also taken if it is not there any more: the next request waits for it, by `burst` at most.",
            ),
          ),
      })
      .meta(doc({ examples: [{ request: 0, statuses: { 401: 1 } }] })),
  ])
  .prefault(1);

const limit = z
  .strictObject({
    name: id
      .optional()
      .describe(
        doc(
          "The name of the limit in the response fields and the log. By default that of the route, or `site`. Limits of one name share " +
            "what they count, on several routes too.",
        ),
      ),
    rate: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(doc("How many requests may be sent `per` so long. A further one gets 429 with Retry-After.")),
    per: durationWithin({ least: "1s", most: "30d" }).optional().describe(doc("Over which time: 1s to 30d.")),
    burst: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        doc(
          "How many may come at once after a rest; by default `rate`. Then they may come as evenly as `rate` allows: with 60 per 1m, one " +
            "each second.",
        ),
      ),
    by: oneOrMore(limitBy)
      .prefault("ip")
      .describe(
        doc(
          "What is counted separately; several: each combination of them. ip: the client's address, of an IPv6 address the first 64 bits. " +
            "subject: who has authenticated. host, route: the one that was asked. header:NAME, cookie:NAME: its value, without regard to case. " +
            "Requests without it are counted together. Danger: a client chooses its header fields and cookies; limit it by ip as well.",
        ),
      ),
    cost: cost.describe(doc("What a request takes of `rate` and `burst`. 1 by default.")),
    strength: z
      .enum(["memory", "platform", "exact"])
      .default("memory")
      .describe(
        doc(
          "Who counts. memory: each isolate for itself, which costs no time. platform: each data centre of Cloudflare, nearly exact, by the " +
            "binding LIMIT_<rate>_PER_<seconds> of the Worker; per 10s or 1m only. exact: one place for the whole edge, which each request has to ask.",
        ),
      ),
    when: z
      .enum(["always", "miss"])
      .default("always")
      .describe(
        doc(
          "always: each request counts. miss: only one that goes to an origin, not one that is answered from the cache.",
        ),
      ),
    maxInFlight: maxInFlight
      .optional()
      .describe(
        doc(
          "How many requests may be under way at the same time, in each isolate, until the end of the response. A further one gets 429.",
        ),
      ),
    mode: z
      .enum(["enforce", "observe"])
      .default("enforce")
      .describe(doc("observe: refuses nothing, and tells in the log (`observed`) what it would refuse.")),
    onFailure: z
      .enum(["pass", "refuse"])
      .default("pass")
      .describe(doc("What happens to a request if who counts does not answer. refuse: it gets 503.")),
    fields: z
      .enum(["always", "refused", "never"])
      .default("refused")
      .describe(
        doc(
          "On which responses the client is told what is left, in RateLimit and RateLimit-Policy. Retry-After is on every 429.",
        ),
      ),
  })
  .describe(doc("How many requests a client may send."))
  .meta(doc({ examples: [{ rate: 100, per: "1m", burst: 20 }] }));

const MAX_LIMITS = 8;

export const limits = oneOrMore(limit)
  .refine(
    (all) => all.length <= MAX_LIMITS,
    `are more than ${MAX_LIMITS}, each of which a request has to ask`,
  )
  .describe(
    doc(
      "How many requests a client may send: one limit, or several, of which each has to allow a request. Those of the site are counted " +
        "over all its routes, and come before those of the route.",
    ),
  )
  .meta(doc({ examples: [{ rate: 100, per: "1m", burst: 20, by: ["ip"] }] }));

export type LimitConfig = z.output<typeof limit>;
