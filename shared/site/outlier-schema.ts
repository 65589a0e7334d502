// When is an origin believed to be at fault, from what its requests come to, and what then?

import { doc } from "#doc";
import * as z from "../zod.ts";
import { durationWithin, percentWithin } from "./scalars.ts";

export const outlier = z
  .strictObject({
    consecutive: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(3)
      .describe(
        doc(
          "So many statuses listed in `retry.on` in a row eject the origin. A failed connection or a time-out ejects it at once.",
        ),
      ),
    rate: percentWithin({ least: "1%", most: "100%" })
      .prefault("50%")
      .describe(
        doc(
          "This share of failures within `window` ejects the origin, if it had at least 20 requests since the first of them.",
        ),
      ),
    window: durationWithin({ least: "1s", most: "10m" })
      .prefault("10s")
      .describe(doc("The time within which failures are counted for `rate`. 1s to 10m.")),
    eject: durationWithin({ least: "100ms", most: "1h" })
      .prefault("10s")
      .describe(
        doc(
          "An ejected origin is out for so long, then one request at a time tries it. Each further ejection is twice as long, up to 5m, " +
            "and each is up to a quarter longer at random. 100ms to 1h.",
        ),
      ),
    maxEjected: percentWithin({ least: "0%", most: "100%" })
      .prefault("100%")
      .describe(
        doc(
          "At most this share of the pool's origins in service is ejected at a time; of two or more, one always may be. 0% ejects none. " +
            "Danger: with a lower value, requests still go to origins beyond it, even if they are dead. Lower it if the others could not bear the load.",
        ),
      ),
    panic: percentWithin({ least: "0%", most: "100%" })
      .prefault("0%")
      .describe(
        doc(
          "If less than this share of the origins in service is usable, all are used as if they were good. 0%: never, but see `whenAllOut`.",
        ),
      ),
    slowStart: durationWithin({ least: "0s", most: "1h" })
      .prefault("30s")
      .describe(
        doc(
          "For so long at most the weight of an origin grows after it is back, from a tenth. An origin that was out for a shorter time returns within that.",
        ),
      ),
    whenAllOut: z
      .enum(["ask", "refuse"])
      .default("ask")
      .describe(
        doc(
          "If no origin is usable. ask: those that are out are asked all the same. refuse: 503 at once, except for the requests that try an origin.",
        ),
      ),
  })
  .describe(doc("When an origin is taken out because of what its requests come to, and how it returns."))
  .meta(doc({ examples: [{ consecutive: 5, eject: "30s", maxEjected: "50%" }] }));

export type OutlierConfig = z.output<typeof outlier>;
