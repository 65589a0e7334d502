// A copy of a route's requests for another pool, whose answers nobody gets.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { percentWithin, sizeWithin } from "./scalars.ts";

export const mirror = z
  .strictObject({
    to: z.string().describe(doc("The pool that gets the copies.")),
    share: percentWithin({ least: "0.1%", most: "100%" })
      .prefault("100%")
      .describe(doc("How many of the requests that go to an origin are copied. 0.1% to 100%.")),
    maxBody: sizeWithin({ least: "0B", most: "1MiB" }) // held in the memory of the isolate, which all requests share
      .prefault("64KiB")
      .describe(
        doc(
          "The longest body that is copied, at most 1MiB. A request with a longer one, or with one of undeclared length, is not mirrored.",
        ),
      ),
    nonIdempotent: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Also mirror POST, PATCH and other methods that are not idempotent. Danger: what the copies do is done twice if both pools " +
            "write to the same place.",
        ),
      ),
  })
  .describe(
    doc(
      "Also send requests of this route to another pool, marked with `X-Headgate-Mirror`, and throw the answers away. Clients do not " +
        "wait for it, and requests that are answered from the cache are not mirrored.",
    ),
  )
  .meta(doc({ examples: [{ to: "canary", share: "5%" }] }));

export type MirrorConfig = z.output<typeof mirror>;
