// When a pool is not asked at all.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { durationWithin, percentWithin } from "./scalars.ts";

export const maxInFlight = z.number().int().min(1).max(1_000_000);

export const breaker = z
  .strictObject({
    inFlight: maxInFlight
      .optional()
      .describe(
        doc(
          "How many attempts may be under way to the whole pool, in each isolate. A request beyond that gets a 503. Unlimited by default.",
        ),
      ),
    rate: percentWithin({ least: "1%", most: "100%" })
      .optional()
      .describe(
        doc(
          "The share of failed requests in the window at which the breaker opens. A request fails if it gets no answer, or one that `retry.on` " +
            "lists, after all attempts. At least twenty requests are looked at. Never by default.",
        ),
      ),
    window: durationWithin({ least: "1s", most: "10m" })
      .prefault("10s")
      .describe(doc("Over which time `rate` is computed. 1s to 10m.")),
    open: durationWithin({ least: "100ms", most: "10m" })
      .prefault("10s")
      .describe(
        doc(
          "For how long requests get a 503 at once. Then one request at a time tries the pool, and closes the breaker if it succeeds. 100ms to 10m.",
        ),
      ),
  })
  .describe(doc("Refuses requests to a pool that is overloaded or cannot answer. There is no queue."))
  .meta(doc({ examples: [{ inFlight: 200 }, { rate: "50%", open: "10s" }] }));
