// What happens while a site is being worked on: who still gets in, and what the others see.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { addressRange, durationWithin, editableHeaderName, oneOrMore } from "./scalars.ts";
import { secretReference } from "./secret-schema.ts";

/** A cookie name (RFC 6265 §4.1.1). */
const cookieName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "is not the name of a cookie; use letters, digits, _ and -, at most 64");

const bypass = z
  .strictObject({
    ip: oneOrMore(addressRange)
      .optional()
      .describe(
        doc(
          "Addresses and ranges. The address is that of the peer, or what one of the `trustedProxies` says.",
        ),
      ),
    header: editableHeaderName
      .optional()
      .describe(
        doc("The request field that holds the `token`. No origin gets it, also while the site is open."),
      ),
    cookie: cookieName
      .optional()
      .describe(doc("The cookie that holds the `token`. No origin gets it, also while the site is open.")),
    token: secretReference
      .optional()
      .describe(
        doc(
          "The secret that `header` or `cookie` has to hold: `${secret:NAME}`. Without its value nobody gets in by it.",
        ),
      ),
  })
  .describe(doc("Who gets in meanwhile; any one of these suffices."))
  .meta(doc({ examples: [{ ip: "192.0.2.0/24", header: "x-bypass", token: "${secret:BYPASS}" }] }));

export const maintenance = z
  .strictObject({
    on: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Whether the site is being worked on, whatever the switch says. Without it the switch decides: `headgate switch maintenance on`.",
        ),
      ),
    retryAfter: durationWithin({ least: "1s", most: "7d" })
      .prefault("5m")
      .describe(
        doc("What clients are told in Retry-After, with `on: true`. The switch has a time of its own."),
      ),
    bypass: bypass.optional(),
    page: z
      .strictObject({
        type: z
          .string()
          .regex(/^[\x21-\x7e][\x20-\x7e]*$/, "is not a media type; write text/html; charset=utf-8")
          .default("text/html; charset=utf-8")
          .describe(doc("Its Content-Type.")),
        body: z.string().describe(doc("Its content.")),
      })
      .optional()
      .describe(doc("What the others see, with the status 503; by default a problem document."))
      .meta(doc({ examples: [{ body: "<h1>Back in ten minutes</h1>\n" }] })),
  })
  .describe(
    doc(
      "What happens while the site is being worked on. Routes that lead to an origin answer 503, before any other rule; redirects and fixed " +
        "responses go on.",
    ),
  )
  .meta(
    doc({ examples: [{ bypass: { ip: "192.0.2.0/24" }, page: { body: "<h1>Back in ten minutes</h1>\n" } }] }),
  );

export type MaintenanceConfig = z.output<typeof maintenance>;
