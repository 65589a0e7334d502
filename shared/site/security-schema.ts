// Security headers: a preset, and the headers that deviate from it.
import * as z from "zod";
import { editableHeaderName, headerValue } from "./scalars.ts";

const securityHeader = z.union([
  headerValue.describe("Set this value, whatever the origin sent."),
  z.literal("off").describe("Leave the field to the origin."),
  z.literal("remove").describe("Remove the field."),
  z
    .strictObject({
      value: headerValue.describe("The field's value."),
      merge: z
        .enum(["set", "set-if-absent"])
        .default("set")
        .describe(
          "set: this value replaces the origin's. set-if-absent: the origin's value stays if there is one.",
        ),
    })
    .describe("A value, and what happens to the origin's own.")
    .meta({ examples: [{ value: "SAMEORIGIN", merge: "set-if-absent" }] }),
]);

const preset = z.enum(["off", "basic", "strict"]);

export const security = z
  .union([
    preset,
    z
      .strictObject({
        preset: preset
          .optional()
          .describe(
            "The preset to start from. By default, a route uses that of the site, and a site uses `basic`.",
          ),
        headers: z
          .record(editableHeaderName, securityHeader)
          .default({})
          .describe("Header by header: a value, `off`, `remove`, or `{ value, merge }`."),
      })
      .meta({ examples: [{ preset: "strict", headers: { "x-frame-options": "SAMEORIGIN" } }] }),
  ])
  .describe(
    "Security headers on every answer, including errors and cached ones. off: none. basic: headers that break no " +
      "site (nosniff, frames only of the same site, a referrer policy), unless the origin sends its own. strict: HTTPS for two " +
      "years including subdomains, only the site's own scripts, no frames, isolation from other sites. Danger: browsers remember " +
      "the HTTPS rule, and pages with third-party scripts or frames need their own policy first.",
  );

export type SecurityConfig = z.output<typeof security>;
