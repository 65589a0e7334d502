// Security headers: a preset, and what deviates from it.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { csp, reportUrl } from "./csp-schema.ts";
import { durationWithin, editableHeaderName, headerValue, percentWithin } from "./scalars.ts";

const securityHeader = z.union([
  headerValue.describe(doc("Set this value, whatever the origin sent.")),
  z.literal("off").describe(doc("Leave the field to the origin.")),
  z.literal("remove").describe(doc("Remove the field.")),
  z
    .strictObject({
      value: headerValue.describe(doc("The field's value.")),
      merge: z
        .enum(["set", "set-if-absent"])
        .default("set")
        .describe(
          doc(
            "set: this value replaces the origin's. set-if-absent: the origin's value stays if there is one.",
          ),
        ),
    })
    .describe(doc("A value, and what happens to the origin's own."))
    .meta(doc({ examples: [{ value: "SAMEORIGIN", merge: "set-if-absent" }] })),
]);

const SAME_SITE = ["Lax", "Strict", "None", "off"] as const;

const cookies = z
  .union([
    z.literal("off").describe(doc("Cookies go out as the origin has set them.")),
    z.strictObject({
      secure: z
        .boolean()
        .default(true)
        .describe(doc("Add Secure on https, so that the cookie is never sent over plain http.")),
      httpOnly: z
        .boolean()
        .default(false)
        .describe(
          doc(
            "Add HttpOnly, so that scripts cannot read the cookie. Danger: some pages read one, as for a CSRF token.",
          ),
        ),
      sameSite: z
        .enum(SAME_SITE)
        .default("Lax")
        .describe(
          doc(
            "Add SameSite with this value where the origin says nothing. Lax: not sent with what other sites embed or post.",
          ),
        ),
      except: z
        .array(z.string().min(1, "is empty; write the name of a cookie"))
        .max(64, "has more than 64 entries")
        .default([])
        .describe(doc("Cookies that go out as they are. `*` stands for any text.")),
    }),
  ])
  .describe(
    doc(
      "What is added to the cookies of origins where it is missing. `strict` adds Secure and SameSite=Lax by default, the other presets nothing.",
    ),
  )
  .meta(doc({ examples: [{ httpOnly: true, except: ["XSRF-TOKEN"] }] }));

const nel = z
  .strictObject({
    maxAge: durationWithin({ least: "0s", most: "365d" })
      .prefault("7d")
      .describe(doc("How long browsers report. 0s makes them forget it.")),
    failures: percentWithin({ least: "0%", most: "100%" })
      .prefault("100%")
      .describe(doc("The share of failed requests that is reported.")),
    successes: percentWithin({ least: "0%", most: "100%" })
      .prefault("0%")
      .describe(doc("The share of other requests that is reported.")),
    subdomains: z
      .boolean()
      .default(false)
      .describe(doc("Also for subdomains, as far as their names resolve.")),
  })
  .describe(
    doc(
      "Network Error Logging: browsers report requests that failed on their way to the edge to `report`. Sent on https only.",
    ),
  )
  .meta(doc({ examples: [{ maxAge: "7d" }] }));

const preset = z.enum(["off", "basic", "strict"]);

export const security = z
  .union([
    preset,
    z
      .strictObject({
        preset: preset
          .optional()
          .describe(
            doc(
              "The preset to start from. By default, a route uses that of the site, and a site uses `basic`.",
            ),
          ),
        headers: z
          .record(editableHeaderName, securityHeader)
          .default({})
          .describe(doc("Header by header: a value, `off`, `remove`, or `{ value, merge }`.")),
        csp: csp.optional(),
        cookies: cookies.optional(),
        report: reportUrl
          .optional()
          .describe(
            doc(
              "Where browsers send reports: on the policy of `csp`, and on their network errors with `nel`. Sent in `Reporting-Endpoints`, " +
                "and in `Report-To` and `report-uri` for those that know only these.",
            ),
          ),
        nel: nel.optional(),
      })
      .meta(doc({ examples: [{ preset: "strict", headers: { "x-frame-options": "SAMEORIGIN" } }] })),
  ])
  .describe(
    doc(
      "Security headers on every answer, including errors and cached ones. off: none. basic: headers that break no " +
        "site (nosniff, frames only of the same site, a referrer policy), unless the origin sends its own. strict: HTTPS for two " +
        "years including subdomains, only the site's own scripts, no frames, isolation from other sites. Danger: browsers remember " +
        "the HTTPS rule, and pages with third-party scripts or frames need their own policy first.",
    ),
  );

export type SecurityConfig = z.output<typeof security>;
