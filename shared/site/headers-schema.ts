// Header fields that a site or a route sets, adds or removes, and its security headers: a preset, and the headers that deviate
// from it.

import { doc } from "#doc";
import * as z from "../zod.ts";
import { editableHeaderName, headerValue } from "./scalars.ts";

export const headerEdits = z
  .strictObject({
    set: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe(
        doc(
          "Set the field to this value. Filled in for each request: `${client.ip}`, `${client.country}`, " +
            "`${host}`, `${scheme}`, `${method}`, `${path}`, `${query}`, `${request.id}`, and what the route's path " +
            "captured, as `${path.id}` or `:id`. If one of them is unknown, the field is removed. `${secret:NAME}` is a secret of the edge " +
            "(docs/secrets.md). `$${` is a literal `${`.",
        ),
      ),
    add: z
      .record(editableHeaderName, headerValue)
      .default({})
      .describe(doc("Add this value to those already present. Placeholders are filled in as in `set`.")),
    remove: z.array(editableHeaderName).prefault([]).describe(doc("Remove the field.")),
  })
  .describe(doc("Applied in this order: remove, set, add."))
  .meta(doc({ examples: [{ remove: ["x-powered-by"], set: { "x-edge": "headgate" } }] }));

export const headers = z
  .strictObject({
    request: headerEdits
      .optional()
      .describe(doc("What the origin receives. Applied in this order: remove, set, add.")),
    response: headerEdits
      .optional()
      .describe(
        doc(
          "What the client receives, from an origin, the cache or the edge itself. Applied in this order: remove, set, add.",
        ),
      ),
  })
  .describe(
    doc(
      "Header fields to set, add or remove. The edits of a route come after those of the site, and after its security headers. " +
        "A request field named here is not accepted from the client in another spelling (`x_user` for `x-user`). " +
        "Fields that frame a message (Host, Connection, Content-Length, …) belong to the edge.",
    ),
  )
  .meta(doc({ examples: [{ response: { set: { "x-edge": "headgate" } } }] }));

export type HeaderEditsConfig = z.output<typeof headerEdits>;

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

const preset = z.enum(["off", "basic", "strict"]);

/** Security headers: a preset, and the headers that deviate from it. */
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
