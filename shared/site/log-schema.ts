// What is logged of the requests of a site, and in which form.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { LOG_FIELDS } from "./log-fields.ts";

export const log = z
  .strictObject({
    format: z
      .enum(["json", "combined", "fields"])
      .default("json")
      .describe(
        doc(
          "The form of a line: json (an object), combined (the combined log format of Apache httpd, which most log " +
            "analysers read) or fields (the values of `fields`, separated by tabs).",
        ),
      ),
    fields: z
      .array(z.enum(LOG_FIELDS))
      .min(1, "is empty; name at least one field, or leave it out")
      .optional()
      .describe(
        doc(
          "Which fields are logged, in this order. Required by the format `fields`; with `json` the object has only " +
            "these members. docs/operations.md describes each field.",
        ),
      ),
    sample: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe(doc("The share of requests that are logged. Refusals and 5xx are always logged.")),
    query: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Also log the query, and that of the referrer. Danger: queries contain personal data and tokens.",
        ),
      ),
    subject: z
      .boolean()
      .default(false)
      .describe(
        doc(
          "Also log who has proven to have sent the request (`auth`): the claim `sub`. It is personal data.",
        ),
      ),
    bytes: z
      .enum(["declared", "sent"])
      .default("declared")
      .describe(
        doc(
          "What `bytes` is: declared (the length that the response declares, known before it is sent) or sent (counted at " +
            "its end, also if the client or the origin breaks off). Counting makes a response that is passed through " +
            "about twice as expensive, and its record is written at its end.",
        ),
      ),
  })
  .describe(doc("What is logged: one record for each request."))
  .meta(doc({ examples: [{ sample: 0.1 }, { format: "combined", query: true }] }))
  .prefault({});

export type LogConfig = z.output<typeof log>;
