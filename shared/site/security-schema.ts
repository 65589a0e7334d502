// Security headers: a preset, and the headers that deviate from it.
import * as z from "zod";
import { editableHeaderName, headerValue } from "./scalars.ts";

const securityHeader = z.union([
  headerValue.describe("Set this value, whatever the origin sent."),
  z.literal("off").describe("Leave the field to the origin."),
  z.literal("remove").describe("Take the field away."),
  z
    .strictObject({
      value: headerValue.describe("The field's value."),
      merge: z
        .enum(["set", "set-if-absent"])
        .default("set")
        .describe("set: ours replaces the origin's. set-if-absent: the origin's stays where there is one."),
    })
    .describe("A value, and what becomes of the origin's own.")
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
            "The preset to start from; on a route, the site's where left out, and `basic` on the site.",
          ),
        headers: z
          .record(editableHeaderName, securityHeader)
          .default({})
          .describe("Header by header: a value, `off`, `remove`, or `{ value, merge }`."),
      })
      .meta({ examples: [{ preset: "strict", headers: { "x-frame-options": "SAMEORIGIN" } }] }),
  ])
  .describe(
    "Security headers on every answer, errors and cached ones included. off: none. basic: what breaks no " +
      "site (nosniff, frames of the same site, a referrer policy), where the origin sends none. strict: HTTPS for two " +
      "years, subdomains included, own scripts only, no frames, isolation from other sites. Danger: browsers remember " +
      "the HTTPS rule, and pages with foreign scripts or frames need a policy of their own first.",
  );

export type SecurityConfig = z.output<typeof security>;
