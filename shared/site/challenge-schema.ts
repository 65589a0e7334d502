// A task for browsers, which costs a crawler more than a reader.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { match } from "./match-schema.ts";
import { durationWithin } from "./scalars.ts";

const MAX_BITS = 24;

const rules = z
  .strictObject({
    kind: z
      .enum(["proof-of-work"])
      .default("proof-of-work")
      .describe(
        doc(
          "proof-of-work: the browser searches for a number whose SHA-256 begins with enough zero bits. No third party is asked.",
        ),
      ),
    for: match
      .optional()
      .describe(doc("Who has to pass it; without it, everybody. Nobody else is stopped or slowed down.")),
    open: match
      .optional()
      .describe(doc("What is never challenged, whoever asks: feeds, webhooks, `/.well-known/*`.")),
    difficulty: z
      .number()
      .int()
      .min(1, "asks for no work; write 1 to 24")
      .max(MAX_BITS, "would keep a phone busy for minutes; write 1 to 24")
      .default(16)
      .describe(
        doc(
          "The number of zero bits, 1 to 24. Each one more doubles the work. 16 takes a browser about a tenth of a second, 20 about two.",
        ),
      ),
    ttl: durationWithin({ least: "1m", most: "7d" }) // Safari keeps a cookie that a script has set for 7 days
      .prefault("1d")
      .describe(doc("How long a browser that has passed is not asked again, 1m to 7d.")),
  })
  .meta(doc({ examples: [{ for: { header: { "user-agent": "*bot*" } }, difficulty: 18 }] }));

export const challenge = z
  .union([z.literal("off"), z.literal("proof-of-work").transform(() => rules.parse({})), rules])
  .describe(
    doc(
      "Asks browsers to solve a small task before they get in; they show a page for a moment. What is no browser gets 403. off: not on " +
        "this route. A route's own takes the place of the site's. It needs the secret HEADGATE_SECRET.",
    ),
  );

export type ChallengeConfig = z.output<typeof rules>;
