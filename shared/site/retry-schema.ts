// When another attempt is made after one has failed.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { durationWithin, percentWithin, sizeWithin } from "./scalars.ts";

/** Failures of an attempt that another attempt may mend. */
export type RetryCause = "connect" | "timeout" | "500" | "502" | "503" | "504" | "52x";

/** In YAML a status is a number, or a string if it is quoted. Both are accepted. */
const retryOn = z
  .union([
    z.enum(["connect", "timeout", "52x"]),
    z.literal([500, 502, 503, 504]),
    z.enum(["500", "502", "503", "504"]),
  ])
  .transform((cause) => `${cause}` satisfies RetryCause);

export const retry = z
  .strictObject({
    attempts: z
      .number()
      .int()
      .min(1)
      .max(10)
      .default(3)
      .describe(doc("The maximum number of attempts, including the first and a hedge; 1 for no retry.")),
    on: z
      .array(retryOn)
      .prefault(["connect", "timeout", 502, 503, 504])
      .describe(
        doc(
          "The failures after which another attempt is made. connect: there was no connection, or it was lost before the answer (the runtime does not distinguish them). " +
            "52x: 520 to 530, as Cloudflare sends them in the place of an origin that does not answer; on Cloudflare itself they are told apart and are connect or timeout. " +
            "A status named here also counts against the origin.",
        ),
      ),
    budget: percentWithin({ least: "1%", most: "100%" })
      .optional()
      .describe(
        doc(
          "How many retries there may be, as a share of the requests to the pool in the last ten seconds, in each isolate: so a bad day of " +
            "the origins is not multiplied. Ten retries in ten seconds are always allowed. 1% to 100%; unlimited by default.",
        ),
      ),
    backoff: durationWithin({ least: "1ms", most: "10s" })
      .optional()
      .describe(
        doc(
          "The longest pause before the first retry; doubled for each further one, up to ten times as long. The pause is a random part of it. " +
            "After a failed connection, an origin that has not been tried is asked without a pause. 1ms to 10s; no pause by default.",
        ),
      ),
    perTry: durationWithin({ least: "10ms", most: "1d" })
      .optional()
      .describe(
        doc(
          "Replaces `timeout.firstByte` for an attempt that another one may follow: a page that can be asked for again need not wait as long as " +
            "a POST. Counts against the origin like any time-out. 10ms to 1d.",
        ),
      ),
    maxBody: sizeWithin({ least: "0B", most: "64MiB" }) // held in the memory of the isolate, which all requests share
      .prefault("64KiB")
      .describe(
        doc(
          "The longest request body that is kept for a retry, at most 64MiB. A request with a longer one is not retried.",
        ),
      ),
  })
  .describe(
    doc(
      "When another attempt is made. Only methods that are safe to repeat are retried (see also `retryNonIdempotent`).",
    ),
  )
  .meta(
    doc({
      examples: [
        { attempts: 2, on: ["connect", "timeout", 503] },
        { budget: "20%", backoff: "50ms", perTry: "2s" },
      ],
    }),
  );
