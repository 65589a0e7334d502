// How an origin of a pool is chosen.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { headerName } from "./scalars.ts";

const ALGORITHMS = ["weighted", "round-robin", "least-requests", "latency", "hash", "first"] as const;
export type Balance = (typeof ALGORITHMS)[number];

export const balance = z
  .enum(ALGORITHMS)
  .optional()
  .describe(
    doc(
      "How an origin is chosen. weighted, the default: at random, by weight. round-robin: in turn, by weight. least-requests: of two " +
        "drawn by weight, the one with fewer requests under way for its weight. latency: of two drawn by weight, the one that answers " +
        "faster. What is counted and measured is that of one isolate. hash, the default of a pool with `hash`: the same origin for the same key. first: in file order.",
    ),
  );

/** The part of a request that decides its origin. */
export type HashBy =
  | { readonly kind: "ip" | "uri" }
  | { readonly kind: "header" | "cookie" | "query"; readonly name: string };

const NAMED = /^(header|cookie|query):(.+)$/s;

const hashBy = z
  .string()
  .transform((text, context): HashBy => {
    if (text === "ip" || text === "uri") return { kind: text };
    const [, kind, name = ""] = NAMED.exec(text) ?? [];
    if (kind === "cookie" || kind === "query") return { kind, name };
    if (kind === "header" && name.toLowerCase() === "host") {
      context.addIssue("is the same for every request to an origin; write header:x-forwarded-host");
      return z.NEVER;
    }
    const header = kind === "header" ? headerName.safeParse(name) : undefined;
    if (header?.success) return { kind: "header", name: header.data };
    context.addIssue("is not a key to hash by; write ip, uri, header:NAME, cookie:NAME or query:NAME");
    return z.NEVER;
  })
  .meta({ title: "hash key" })
  .meta(doc({ examples: ["uri", "header:x-tenant", "cookie:session"] }));

export const hash = z
  .strictObject({
    by: hashBy.describe(
      doc(
        "What decides the origin. ip: the client's address; of an IPv6 address the first 64 bits. uri: path and query, as the " +
          "origin sees them. header:NAME, cookie:NAME, query:NAME: the value that the origin sees. A request without it is " +
          "sent to any origin, by weight.",
      ),
    ),
    bounded: z
      .number()
      .min(1.05)
      .max(100)
      .optional()
      .describe(
        doc(
          "The most requests that an origin may have under way, as a multiple of its share: 1.25 for a quarter more. If it has as many, " +
            "the next origin for the key is asked. Unlimited by default.",
        ),
      ),
  })
  .describe(
    doc(
      "Sends what has the same key to the same origin. If an origin leaves, only its own keys move to others.",
    ),
  )
  .meta(doc({ examples: [{ by: "uri", bounded: 1.25 }] }));
