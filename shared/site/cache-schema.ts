// What a route says about its cache. Left out, the origin's own header fields decide (RFC 9111).
import { z } from "zod";
import { duration } from "./scalars.ts";

const rules = z.strictObject({
  ttl: duration
    .optional()
    .describe(
      "How long a response stays fresh, whatever the origin says; private and no-store ones are still never kept.",
    ),
  defaultTtl: duration.optional().describe("How long it stays fresh where the origin says nothing."),
  staleWhileRevalidate: duration
    .optional()
    .describe(
      "For how long after that it is served at once while it is refreshed, where the origin does not say.",
    ),
  staleIfError: duration
    .optional()
    .describe("For how long after that it stands in for a failing origin, at least."),
  key: z
    .strictObject({
      query: z
        .strictObject({
          only: z.array(z.string()).optional().describe("Only these parameters tell responses apart."),
          except: z.array(z.string()).optional().describe("All but these do; `utm_*` is a pattern."),
          sorted: z.boolean().default(false).describe("Whether the order of parameters is ignored."),
        })
        .optional(),
    })
    .prefault({})
    .describe("What tells two responses apart."),
});

export const cache = z
  .union([z.literal("off"), rules], { error: "is neither `off` nor a set of cache rules" })
  .describe("`off`, or rules that add to what the origin's header fields say.");

export type CacheConfig = z.output<typeof cache>;
export type CacheRulesConfig = z.output<typeof rules>;
