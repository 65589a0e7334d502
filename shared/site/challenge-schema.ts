// A task for browsers, which costs a crawler more than a reader.
import { doc } from "#doc";
import * as z from "../zod.ts";
import { match } from "./match-schema.ts";
import { durationWithin, httpUrl } from "./scalars.ts";
import { secretReference } from "./secret-schema.ts";

const MAX_BITS = 24;

/** Where Cloudflare verifies the token of a Turnstile widget. */
export const SITEVERIFY = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

const concerned = {
  for: match
    .optional()
    .describe(doc("Who has to pass it; without it, everybody. Nobody else is stopped or slowed down.")),
  open: match
    .optional()
    .describe(doc("What is never challenged, whoever asks: feeds, webhooks, `/.well-known/*`.")),
  ttl: durationWithin({ least: "1m", most: "7d" }) // Safari keeps a cookie that a script has set for 7 days
    .prefault("1d")
    .describe(doc("How long a browser that has passed is not asked again, 1m to 7d.")),
};

const proofOfWork = z
  .strictObject({
    kind: z
      .literal("proof-of-work")
      .default("proof-of-work")
      .describe(
        doc(
          "The browser searches for a number whose SHA-256 begins with enough zero bits. No third party is asked.",
        ),
      ),
    ...concerned,
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
  })
  .meta(doc({ examples: [{ for: { header: { "user-agent": "*bot*" } }, difficulty: 18 }] }));

const turnstile = z
  .strictObject({
    kind: z.literal("turnstile").describe(doc("Cloudflare Turnstile decides, by a widget on the page.")),
    ...concerned,
    siteKey: z
      .string()
      .regex(/^[\w-]{1,64}$/, "is not a site key; copy it from the widget in Cloudflare's dashboard")
      .describe(doc("The site key of the widget, which is public.")),
    secret: secretReference.describe(doc("Its secret key: `${secret:NAME}`.")),
    verify: httpUrl("is not an absolute http(s) URL")
      .default(SITEVERIFY)
      .describe(doc("Where the token of the widget is verified.")),
  })
  .meta(
    doc({ examples: [{ kind: "turnstile", siteKey: "0x4AAAAAAAexample", secret: "${secret:TURNSTILE}" }] }),
  );

const rules = z.union([proofOfWork, turnstile]);

export const challenge = z
  .union([z.literal("off"), z.literal("proof-of-work").transform(() => proofOfWork.parse({})), rules])
  .describe(
    doc(
      "Asks browsers to solve a small task before they get in; they show a page for a moment. What is no browser gets 403. off: not on " +
        "this route. A route's own takes the place of the site's. It needs the secret HEADGATE_SECRET.",
    ),
  );

export type ChallengeConfig = z.output<typeof rules>;
