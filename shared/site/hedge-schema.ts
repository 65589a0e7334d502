// When a second origin is asked although the first one has not failed.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { durationWithin, percentWithin } from "./scalars.ts";

const after = z.union([z.literal("p95"), durationWithin({ least: "1ms", most: "1m" })], {
  error: "is neither p95 nor a duration; write p95, or a number and a unit: 200ms",
});

export const hedge = z
  .strictObject({
    after: after.describe(
      doc(
        "For how long the first origin is waited for. p95: as long as 95 % of the pool's answers took lately in this isolate; no request " +
          "is hedged before twenty have been answered. Or a duration, 1ms to 1m.",
      ),
    ),
    budget: percentWithin({ least: "1%", most: "100%" })
      .prefault("5%")
      .describe(
        doc(
          "How many requests may be hedged, as a share of the requests to the pool in the last ten seconds, in each isolate. One in ten seconds " +
            "always may. 1% to 100%.",
        ),
      ),
  })
  .describe(
    doc(
      "Asks a second origin if the first one is slow, takes the answer that comes first, and gives the other attempt up. Only for safe methods " +
        "(GET, HEAD, OPTIONS, QUERY, PROPFIND), once for a request, and counted among `retry.attempts`.",
    ),
  )
  .meta(doc({ examples: [{ after: "p95", budget: "5%" }, { after: "300ms" }] }));
